"""`python -m sandbox.google`: serve the fake until it is told to stop.

Reads HEALTHMED_HOST and HEALTHMED_PORT, and of its own HEALTHMED_GOOGLE_STATE (the file of its events),
HEALTHMED_GOOGLE_CLIENT_EMAIL and HEALTHMED_GOOGLE_PUBLIC_KEY (PEM): the one service account that it knows.
"""

import os
from pathlib import Path

import uvicorn

from sandbox.google.app import google


def main() -> None:
    """Serve."""
    app = google(
        state_path=Path(os.environ["HEALTHMED_GOOGLE_STATE"]),
        client_email=os.environ["HEALTHMED_GOOGLE_CLIENT_EMAIL"],
        public_key_pem=os.environ["HEALTHMED_GOOGLE_PUBLIC_KEY"],
    )
    # No access log: its paths hold calendars, which are e-mail addresses.
    uvicorn.run(
        app,
        host=os.environ["HEALTHMED_HOST"],
        port=int(os.environ["HEALTHMED_PORT"]),
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
