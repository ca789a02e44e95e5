"""`python -m services.scheduling`: serve."""

from services.common.app import serve
from services.common.clock import clock_of
from services.scheduling.app import scheduling_app
from services.scheduling.settings import Settings


def main() -> None:
    """Serve on the configured port until SIGTERM."""
    settings = Settings.model_validate({})
    serve(scheduling_app(settings, clock_of(settings.clock_file)), settings.host, settings.port)


if __name__ == "__main__":
    main()
