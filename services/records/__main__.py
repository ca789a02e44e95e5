"""`python -m services.records`: serve until SIGTERM."""

from services.common.app import serve
from services.records.app import records_app
from services.records.settings import Settings

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(records_app(settings), settings.host, settings.port)
