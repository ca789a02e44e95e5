"""`python -m bff`: serve the three graphs as the environment says."""

import sys

from pydantic import ValidationError

from bff.admission.trusted import InvalidManifest
from bff.app import create_app
from bff.serving import serve
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
    serve(app, settings)
    return 0


sys.exit(main())
