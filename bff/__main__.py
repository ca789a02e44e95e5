"""`python -m bff`: serve the three graphs as the environment says."""

import logging
import sys

import uvicorn
from pydantic import ValidationError

from bff.admission.trusted import InvalidManifest
from bff.app import create_app
from bff.server import Bounds, bounded_protocol
from bff.settings import Settings


def main() -> int:
    """Serve until SIGTERM; say which settings are missing where some are."""
    try:
        settings = Settings.model_validate({})
    except ValidationError as wrong:
        missing = ["HEALTHMED_" + "__".join(str(step) for step in error["loc"]).upper() for error in wrong.errors()]
        print(f"bff: set {', '.join(missing)}", file=sys.stderr)
        return 1
    try:
        app = create_app(settings)
    except InvalidManifest as faults:
        print(f"bff: {faults}", file=sys.stderr)
        return 1
    logging.basicConfig(level="INFO", format="%(levelname)s %(name)s %(message)s")
    # httpx logs each URL it calls: ids belong to the audit, not to a log.
    logging.getLogger("httpx").setLevel("WARNING")
    bounds = Bounds(
        max_header_bytes=settings.max_header_bytes,
        header_timeout_seconds=settings.header_timeout_seconds,
        # The endpoint gives up earlier, and says so: this is for bodies that nobody reads.
        body_timeout_seconds=2 * settings.body_timeout_seconds,
    )
    uvicorn.run(
        app,
        http=bounded_protocol(bounds),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        # Longer than a browser or a balancer waits before it uses an idle connection again.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )
    return 0


sys.exit(main())
