"""`python -m services.erp`: serve the ERP."""

from services.common.app import serve
from services.erp.app import erp_app
from services.erp.settings import Settings

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(erp_app(settings), settings.host, settings.port)
