"""`python -m sandbox`: run the platform, or ask a running one for a token or about its clock."""

import argparse
import asyncio
import importlib
import sys

from sandbox import clock
from sandbox.errors import SandboxError
from sandbox.people import AUDIENCES, DEMO
from sandbox.running import RunningPlatform
from sandbox.state import StateFolder
from sandbox.tokens import access_token


def main() -> int:
    """Do what the arguments say; return the exit status."""
    arguments = _parser().parse_args()
    folder = StateFolder.of_environment()
    try:
        match arguments.command:
            case "token":
                login = arguments.login or DEMO[arguments.audience].login
                print(access_token(RunningPlatform.of(folder), arguments.audience, login))
            case "clock":
                if arguments.action == "advance":
                    clock.advance(folder, clock.duration(arguments.duration))
                print(f"{clock.now(folder):%Y-%m-%dT%H:%M:%SZ} ({clock.offset(folder)} ahead)")
            case _:
                # Loaded here, so that `token` does not wait for all that a platform is made from.
                asyncio.run(importlib.import_module("sandbox.start").run(folder))
    except SandboxError as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before anything was started
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Run the platform on this machine.")
    commands = parser.add_subparsers(dest="command")
    token = commands.add_parser("token", help="print an access token")
    token.add_argument("audience", choices=AUDIENCES)
    token.add_argument("--as", dest="login", help="an e-mail, CPF or CRM; without it, the demo person")
    actions = commands.add_parser("clock", help="the services' clock").add_subparsers(dest="action", required=True)
    actions.add_parser("show", help="print what it shows")
    actions.add_parser("advance", help="move it forward").add_argument("duration", help="such as 90m or 2d")
    return parser


if __name__ == "__main__":
    sys.exit(main())
