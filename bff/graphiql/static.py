"""What the page loads: files named after their content, which a browser may keep for ever."""

from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSETS: Final = Path(__file__).parent / "assets"
URL: Final = "/graphiql"


def static_route(assets: Path = ASSETS) -> Mount:
    """Return the route of the built scripts, styles and fonts; each is 404 until they are built."""
    return Mount(f"{URL}/static", app=HashedFiles(directory=assets / "static", check_dir=False))


class HashedFiles(StaticFiles):
    """Files whose names change with their content."""

    async def check_config(self) -> None:
        """Accept a folder that is not there yet: the assets may be built while the server runs."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Let browsers keep the file; a script that starts as a worker may load scripts and nothing else."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; script-src 'self'"
        return response
