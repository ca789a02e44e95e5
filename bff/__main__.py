"""`python -m bff [--workers N]`: serve the three graphs as the environment says."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from pydantic import ValidationError

from bff.admission.trusted import InvalidManifest
from bff.app import create_app
from bff.serving import serve
from bff.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM; say which settings are missing where some are."""
    parser = ArgumentParser(prog="python -m bff", allow_abbrev=False)
    parser.add_argument("--workers", type=int, default=1, choices=range(1, 65), metavar="N", help="how many processes")
    given = parser.parse_args(arguments)
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
    serve(app, settings, workers=given.workers)
    return 0


sys.exit(main(sys.argv[1:]))
