"""`python -m services.events`: relay events until SIGTERM."""

from services.common.app import serve
from services.events.app import worker_app
from services.events.settings import Settings

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(worker_app(settings), settings.host, settings.port)
