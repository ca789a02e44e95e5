"""Routes and parameters from Google's discovery documents, which google-api-python-client ships."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import unquote

from jsonschema import Draft202012Validator

from sandbox.google.errors import GoogleError
from sandbox.google.moments import aware
from sandbox.google.schemas import validator

_DOCUMENTS: Final = ("calendar.v3", "meet.v2")
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of one API, such as `calendar.events.insert`.

    `parameters` are the query parameters as the document describes them, those common to the API included.
    """

    id: str
    http_method: str
    path: re.Pattern[str]
    parameters: Mapping[str, Mapping[str, Any]]
    scopes: frozenset[str]
    request: Draft202012Validator | None
    response: Draft202012Validator | None

    def query(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Read the query: typed values by name, lists for repeated ones. Raises 400 for what Google does not know."""
        values: dict[str, Any] = {}
        for name, text in pairs:
            if name not in self.parameters:
                raise GoogleError(400, "badRequest", f"Unknown name {name!r}: cannot bind query parameter.")
            parameter = self.parameters[name]
            if parameter.get("repeated"):
                values.setdefault(name, []).append(_value(name, parameter, text))
            else:
                values[name] = _value(name, parameter, text)
        return values

    def check_body(self, body: object) -> None:
        """Raise 400 for a body that does not fit the method's schema."""
        # In a patch a null removes a field of any type.
        checked = _without_nulls(body) if self.http_method == "PATCH" else body
        fault = next(self.request.iter_errors(checked), None) if self.request else None
        if fault is not None:
            where = "/".join(str(step) for step in fault.absolute_path)
            reason = "required" if fault.validator == "required" else "badRequest"
            # Only names: jsonschema's own message quotes the value.
            raise GoogleError(400, reason, f"Invalid JSON payload at {where!r}: {fault.validator}.")


@cache
def methods() -> tuple[Method, ...]:
    """Return every method of Calendar v3 and Meet v2."""
    return tuple(method for name in _DOCUMENTS for method in _methods(_document(name)))


def scopes() -> frozenset[str]:
    """Return every scope that the two APIs know."""
    return frozenset(scope for name in _DOCUMENTS for scope in _document(name)["auth"]["oauth2"]["scopes"])


def route(http_method: str, path: str) -> tuple[Method, dict[str, str]]:
    """Find the method of a still percent-encoded `path`, with its path parameters decoded. Raises 404."""
    for method in methods():
        match = method.path.fullmatch(path) if method.http_method == http_method else None
        if match:
            return method, {name: unquote(value) for name, value in match.groupdict().items()}
    raise GoogleError(404, "notFound", f"No method of Calendar v3 or Meet v2 answers {http_method} there.")


@cache
def _document(name: str) -> dict[str, Any]:
    folder = files("googleapiclient.discovery_cache.documents")
    document: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return document


def _methods(document: Mapping[str, Any]) -> Iterable[Method]:
    for described in _described(document):
        own = described.get("parameters", {})
        query = {name: each for name, each in own.items() if each["location"] == "query"}
        yield Method(
            id=described["id"],
            http_method=described["httpMethod"],
            path=_pattern(f"/{document['servicePath']}{described.get('flatPath', described['path'])}"),
            parameters={**document["parameters"], **query},
            scopes=frozenset(described["scopes"]),
            request=validator(document["schemas"], described.get("request"), described["id"]),
            response=validator(document["schemas"], described.get("response"), described["id"]),
        )


def _described(resource: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _described(inner)


def _pattern(template: str) -> re.Pattern[str]:
    literals = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{each}>[^/:]+)" if n % 2 else re.escape(each) for n, each in enumerate(literals)))


def _without_nulls(body: object) -> object:
    if isinstance(body, dict):
        return {name: _without_nulls(value) for name, value in body.items() if value is not None}
    return body


def _value(name: str, parameter: Mapping[str, Any], text: str) -> object:
    try:
        value = _typed(parameter, text)
    except (ValueError, KeyError):
        raise _bad(name) from None
    if value not in parameter.get("enum", [value]):
        raise _bad(name)
    if isinstance(value, int) and not _within(parameter, value):
        raise _bad(name)
    return value


def _typed(parameter: Mapping[str, Any], text: str) -> object:
    if parameter["type"] == "integer":
        return int(text)
    if parameter["type"] == "boolean":
        return _BOOLEANS[text.lower()]
    if parameter.get("format") == "date-time":
        return aware(text)
    return text


def _within(parameter: Mapping[str, Any], value: int) -> bool:
    # Discovery documents write the bounds as strings.
    return int(parameter.get("minimum", value)) <= value <= int(parameter.get("maximum", value))


def _bad(name: str) -> GoogleError:
    return GoogleError(400, "badRequest", f"Invalid value for query parameter {name!r}.")
