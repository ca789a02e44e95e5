"""`python -m services.records`: serve until SIGTERM; `... verify-audit`: prove the audit."""

import argparse
import asyncio
import sys
from pathlib import Path

from services.common.app import serve
from services.records.app import records_app, seal_of
from services.records.audit.command import Request, verify
from services.records.settings import Settings


def main() -> int:
    """Do what the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m services.records")
    proving = parser.add_subparsers(dest="command").add_parser("verify-audit", help="prove the audit's chains")
    proving.add_argument("--patient", help="a patient's id; without it, all")
    proving.add_argument("--anchors", type=Path, help="a file that remembers the chains' ends from run to run")
    arguments = parser.parse_args()
    settings = Settings.model_validate({})
    if arguments.command == "verify-audit":
        request = Request(patient=arguments.patient, anchors=arguments.anchors)
        return asyncio.run(verify(settings.table, seal_of(settings), request, print))
    serve(records_app(settings), settings.host, settings.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
