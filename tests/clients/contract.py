"""A client held against the OpenAPI document of the service that it calls: what it sends, and what it can read."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from clients.errors import UpstreamNotFound
from clients.http import Downstream
from clients.transports.over_httpx import OverHttpx

C = TypeVar("C")

URL: Final = "http://service.test"
# A hundred ids as long as the platform makes them (`apt_` and a ULID), and the commas between.
HUNDRED_IDS: Final = 100 * (4 + 26) + 99
VARIANTS: Final = 10


@dataclass(frozen=True, slots=True)
class Call(Generic[C]):
    """A client's method with arguments, and the one request that it makes: `GET /path?name=value` and a JSON body."""

    made: Callable[[C], Awaitable[object]]
    request: str
    body: object = None


@dataclass(slots=True)
class Recorded:
    """The requests that came, each answered with the same response."""

    answer: httpx.Response
    requests: list[httpx.Request]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Note a request."""
        self.requests.append(request)
        return self.answer


async def requested(client: Callable[[Downstream], C], call: Call[C], answer: httpx.Response) -> httpx.Request:
    """Make the call against `answer`; return the one request that it made."""
    request, _ = await _exchanged(client, call, answer)
    return request


async def read(client: Callable[[Downstream], C], call: Call[C], answer: object) -> object:
    """Make the call against a JSON `answer`; return what the client read in it."""
    _, result = await _exchanged(client, call, httpx.Response(200, json=answer))
    return result


async def _exchanged(
    client: Callable[[Downstream], C], call: Call[C], answer: httpx.Response
) -> tuple[httpx.Request, object]:
    recorded = Recorded(answer, [])
    async with httpx.AsyncClient(transport=httpx.MockTransport(recorded)) as http:
        result = await call.made(client(Downstream(name="service", base_url=URL, http=OverHttpx(http), headers={})))
    (request,) = recorded.requests
    return request, result


async def assert_absent_without_a_call(
    client: Callable[[Downstream], C], calls: Callable[[C], Sequence[Awaitable[object]]]
) -> None:
    """Assert that each call raises NOT_FOUND as for an unknown id, before anything is sent."""
    recorded = Recorded(httpx.Response(204), [])
    async with httpx.AsyncClient(transport=httpx.MockTransport(recorded)) as http:
        for call in calls(client(Downstream(name="service", base_url=URL, http=OverHttpx(http), headers={}))):
            with pytest.raises(UpstreamNotFound):
                await call
    assert not recorded.requests


def line(request: httpx.Request) -> str:
    """Return `GET /path?name=value`, as a person reads it."""
    query = "&".join(f"{name}={value}" for name, value in request.url.params.multi_items())
    return f"{request.method} {request.url.path}{'?' if query else ''}{query}"


def body(request: httpx.Request) -> object:
    """Return the JSON that was sent; None for none, or for an empty object."""
    return (json.loads(request.content) or None) if request.content else None


class Service:
    """A service by its OpenAPI document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def operation(self, request_line: str) -> Mapping[str, Any]:
        """Return the operation that a request line reaches; a literal path comes before one with parameters."""
        method, _, target = request_line.partition(" ")
        path = target.partition("?")[0]
        found = [each for each in self._document["paths"] if _reaches(each, path)]
        assert found, f"the service has no path for {path}"
        operations: Mapping[str, Any] = self._document["paths"][min(found, key=lambda each: each.count("{"))]
        assert method.lower() in operations, f"the service has no {method} {path}"
        operation: Mapping[str, Any] = operations[method.lower()]
        return operation

    def check(self, request: httpx.Request) -> None:
        """Fail where the service would refuse the request for its query or its body."""
        operation = self.operation(line(request))
        parameters = {each["name"]: each for each in operation.get("parameters", []) if each["in"] == "query"}
        given = dict(request.url.params)
        assert set(given) <= set(parameters), "a query parameter that the service does not know"
        assert {name for name, each in parameters.items() if each["required"]} <= set(given)
        for name, value in given.items():
            self._check_value(value, parameters[name]["schema"])
            if "," in value and "ids" in name.lower():
                assert parameters[name]["schema"].get("maxLength", HUNDRED_IDS) >= HUNDRED_IDS
        if sent := operation.get("requestBody"):
            self._validator(sent["content"]["application/json"]["schema"]).validate(json.loads(request.content))
        else:
            assert body(request) is None, "a body where the service takes none"

    def answers(self, request_line: str) -> Iterator[httpx.Response]:
        """Make answers of each kind that the service may give: each enum value, with and without what may be null."""
        ((status, response),) = (
            (int(status), response)
            for status, response in self.operation(request_line)["responses"].items()
            if status.startswith("2")
        )
        if "content" not in response:
            yield httpx.Response(status)
            return
        schema = response["content"]["application/json"]["schema"]
        for variant in range(VARIANTS):
            sample = self._sample(schema, variant)
            self._validator(schema).validate(sample)
            yield httpx.Response(status, json=sample)

    def _check_value(self, text: str, schema: Mapping[str, Any]) -> None:
        """Read a query value as the service does: as a number where it wants one."""
        validator = self._validator(schema)
        assert any(validator.is_valid(each) for each in _readings(text)), f"{text!r} is not {schema}"

    def _validator(self, schema: Mapping[str, Any]) -> Draft202012Validator:
        whole = {**schema, "components": self._document["components"]}
        return Draft202012Validator(whole, format_checker=FormatChecker())

    def _sample(self, schema: Mapping[str, Any], variant: int) -> Any:  # noqa: ANN401, PLR0911  JSON, one return a type
        """Make a value of a schema. Even variants fill what may be null, odd ones leave it; enums take turns."""
        if "$ref" in schema:
            return self._sample(self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], variant)
        if "anyOf" in schema:
            return self._sample(schema["anyOf"][variant % 2 * (len(schema["anyOf"]) - 1)], variant)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][variant % len(schema["enum"])]
        match schema["type"]:
            case "object":
                return {name: self._sample(each, variant) for name, each in schema["properties"].items()}
            case "array":
                return [self._sample(schema["items"], variant)] * (variant % 3)
            case "string":
                return _TEXTS.get(schema.get("pattern") or schema.get("format"), "text")
            case other:
                return {"integer": 3, "number": 2.5, "boolean": variant % 2 == 0, "null": None}[other]


_TEXTS: Final[Mapping[str | None, str]] = {
    "date-time": "2026-11-24T13:00:00Z",
    "date": "2026-11-24",
    "^[A-Z]{3}$": "BRL",
    "^[A-Z]{2}$": "SP",
}


def _reaches(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        want == step or want.startswith("{") for want, step in zip(wanted, given, strict=True)
    )


def _readings(text: str) -> Iterator[object]:
    yield text
    for number in (int, float):
        try:
            yield number(text)
        except ValueError:
            continue


def methods_of(client: type) -> set[str]:
    """Return the names of a client's methods, each of which is one endpoint."""
    return {name for name, each in vars(client).items() if callable(each) and not name.startswith("_")}
