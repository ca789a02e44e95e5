"""`python3 -m sandbox.reset`: forget the platform's state, so that the next start begins afresh."""

import shutil
import sys

from sandbox.errors import SandboxError
from sandbox.state import StateFolder


def main() -> int:
    """Delete the state folder, unless a platform runs on it."""
    folder = StateFolder.of_environment()
    if not folder.root.exists():
        print("There is no state to forget.")
        return 0
    try:
        with folder.held():
            shutil.rmtree(folder.root)
    except (SandboxError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"Forgot {folder.root}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
