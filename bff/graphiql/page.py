"""GraphiQL for one audience, served from this machine alone: one page, and the assets that `make setup` builds."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Final

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bff.graphiql.examples import examples_of
from bff.graphiql.static import ASSETS, URL
from schema.common.principals import Audience

_HERE: Final = Path(__file__).parent
_LABELS: Final[Mapping[Audience, str]] = MappingProxyType({"patient": "Patient", "doctor": "Doctor", "erp": "ERP"})

# Monaco writes inline styles, carries its icons as data and may start a worker from a blob. No foreign host at all.
_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
            "img-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }
)


class Chunk(msgspec.Struct, frozen=True):
    """One entry of Vite's manifest: its script and style sheets, relative to the assets."""

    file: str
    css: tuple[str, ...] = ()


class DemoPerson(msgspec.Struct, frozen=True):
    """Whom the sign-in bar offers, and what its login field hints at."""

    name: str
    login: str
    password: str
    hint: str


def endpoint_of(audience: Audience) -> str:
    """Return the path of an audience's GraphQL endpoint, where its page is too."""
    return f"/{audience}/graphql"


def wants_page(request: Request) -> bool:
    """Tell a browser that opens the endpoint from a GraphQL client."""
    accepted = request.headers.get("accept", "").split(",")
    return request.method == "GET" and any(each.partition(";")[0].strip() == "text/html" for each in accepted)


def graphiql_page(audience: Audience, *, demo_sign_in: bool, assets: Path = ASSETS) -> HTMLResponse:
    """Return the page for an audience, or 503 with a word of advice while the assets are not built."""
    try:
        entry = _entry(assets)
    except FileNotFoundError:
        return HTMLResponse((_HERE / "unbuilt.html").read_text(encoding="utf-8"), status_code=503, headers=_HEADERS)
    content = Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
        title=escape(f"HealthMed GraphiQL: {_LABELS[audience]}"),
        styles="".join(f'<link rel="stylesheet" href="{escape(f"{URL}/{sheet}")}" />' for sheet in entry.css),
        script=escape(f"{URL}/{entry.file}"),
        config=as_script_data(_config(audience, demo_sign_in=demo_sign_in)),
    )
    return HTMLResponse(content, headers=_HEADERS)


def as_script_data(value: object) -> str:
    r"""Return `value` as JSON that cannot end a script element: every `<` is written as `\u003c`."""
    return orjson.dumps(value).decode().replace("<", "\\u003c")


def _entry(assets: Path) -> Chunk:
    manifest = (assets / "manifest.json").read_bytes()
    return msgspec.json.decode(manifest, type=dict[str, Chunk])["src/main.jsx"]


def _config(audience: Audience, *, demo_sign_in: bool) -> dict[str, object]:
    return {
        "audience": audience,
        "audiences": [{"name": name, "label": label, "endpoint": endpoint_of(name)} for name, label in _LABELS.items()],
        "endpoint": endpoint_of(audience),
        "examples": examples_of(audience),
        "demo": msgspec.structs.asdict(_demo_person(audience)) if demo_sign_in else None,
    }


def _demo_person(audience: Audience) -> DemoPerson:
    people = (_HERE / "demo.json").read_bytes()
    return msgspec.json.decode(people, type=dict[str, DemoPerson])[audience]
