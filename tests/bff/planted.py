"""A secret in every place of a request that a client writes: a name, a CPF, a token, a line that would be forged."""

import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, urlencode

PATH: Final = "/patient/graphql"
CPF: Final = "123.456.789-09"
NAME: Final = "Canaria"
FORGED: Final = "forged"
LINES: Final = f"\r\nERROR bff.{FORGED} {NAME}\n{FORGED}"

JSON: Final = {"Content-Type": "application/json"}
NAMED: Final = "query ($name: String) { doctors(filter: {name: $name}) { nodes { id } } }"
ME: Final = "{ me { name email appointments { nodes { id } } } }"
SIGN_IN: Final = (
    "mutation ($login: String!, $password: String!) "
    "{ signIn(input: {login: $login, password: $password}) { __typename } }"
)

# What a client sends, made of the secret and of a token that is good.
Planted = Callable[[str, str], bytes]


def http(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Write a request as it goes over the wire; nothing is escaped."""
    length = {"Content-Length": str(len(body))} if method == "POST" else {}
    lines = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in {"Host": "bff", **length, **headers}.items())]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace") + body


def post(body: object, headers: Mapping[str, str] = {}) -> bytes:
    """Write an operation."""
    return http("POST", PATH, {**JSON, **headers}, body if isinstance(body, bytes) else json.dumps(body).encode())


def get(**parameters: str) -> bytes:
    """Write an operation in a URL."""
    return http("GET", f"{PATH}?{urlencode(parameters)}", {"GraphQL-Require-Preflight": "1"})


def query(text: str) -> Planted:
    """Plant in a document, where `text` has %s; a line's end is written as GraphQL does where it stands in a string."""
    return lambda secret, _: post({"query": text % json.dumps(secret)[1:-1]})


def signed(operation: Mapping[str, object]) -> Planted:
    """Ask as the patient, in a request whose id is the secret."""
    return lambda secret, token: post(operation, {"Authorization": f"Bearer {token}", "X-Request-Id": one_line(secret)})


def header(name: str, form: str = "%s") -> Planted:
    """Plant in a header, first on one line, as a server can read it."""
    return lambda secret, _: post({"query": NAMED}, {name: form % one_line(secret)})


def one_line(secret: str) -> str:
    """Return the secret without its lines' ends."""
    return secret.replace("\r", " ").replace("\n", " ")


POSITIONS: Final[Mapping[str, Planted]] = {
    "a string of the query": query('{ doctors(filter: {name: "%s"}) { nodes { id } } }'),
    "a string that is a date": query('{ doctors(filter: {availableOn: "%s"}) { nodes { id } } }'),
    "a string that is an enum's": query('{ doctors(orderBy: "%s") { nodes { id } } }'),
    "a string that is a cursor": query('{ doctors(after: "%s") { nodes { id } } }'),
    "a string that is an id": query('{ doctor(id: "%s") { name } }'),
    "a string without an end": query('{ doctors(filter: {name: "%s'),
    "a comment": query("{ __typename } # %s"),
    "a field": lambda _, __: post({"query": f"{{ {NAME} }}"}),
    "an alias": lambda _, __: post({"query": f"{{ {NAME}: specialties {{ code }} }}"}),
    "an argument": lambda _, __: post({"query": f"{{ doctors({NAME}: 1) {{ nodes {{ id }} }} }}"}),
    "a directive": lambda _, __: post({"query": f"{{ __typename @{NAME} }}"}),
    "a fragment": lambda _, __: post({"query": f"{{ ...{NAME} }}"}),
    "an operation": lambda _, __: post({"query": f"query {NAME} {{ specialties {{ code }} }}"}),
    "no GraphQL": lambda secret, _: post({"query": secret}),
    "a variable": lambda secret, _: post({"query": NAMED, "variables": {"name": secret}}),
    "a variable's name": lambda secret, _: post({"query": NAMED, "variables": {secret: 1}}),
    "a variable of another type": lambda secret, _: post({"query": NAMED, "variables": {"name": {secret: [secret]}}}),
    "a login": lambda secret, _: post({"query": SIGN_IN, "variables": {"login": secret, "password": "x"}}),
    "a password": lambda secret, _: post({"query": SIGN_IN, "variables": {"login": "x", "password": secret}}),
    "operationName": lambda secret, _: post({"query": NAMED, "operationName": secret}),
    "documentId": lambda secret, _: post({"documentId": secret}),
    "documentId beside a query": lambda secret, _: post({"query": NAMED, "documentId": secret}),
    "persistedQuery": lambda secret, _: post(
        {"query": NAMED, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": secret}}}
    ),
    "extensions": lambda secret, _: post({"query": NAMED, "extensions": {secret: secret}}),
    "a member of the body": lambda secret, _: post({"query": NAMED, secret: secret}),
    "a member that is there twice": lambda secret, _: post(
        b'{"query": "a", "query": %s}' % json.dumps(secret).encode()
    ),
    "a query that is a list": lambda secret, _: post({"query": [secret]}),
    "a batch": lambda secret, _: post([{"query": secret}]),
    "a body that is text": lambda secret, _: post(secret.encode()),
    "a body that is no UTF-8": lambda secret, _: post(b'{"query": "\xff' + secret.encode("latin-1")),
    "a body of another type": lambda secret, _: http("POST", PATH, {"Content-Type": "text/plain"}, secret.encode()),
    "a body that is cut": lambda secret, _: post(secret.encode(), {"Content-Length": "100000"}),
    "the query of a URL": lambda secret, _: get(query=secret),
    "a string in the query of a URL": lambda secret, _: get(query=f"{{ doctor(id: {json.dumps(secret)}) {{ id }} }}"),
    "the variables of a URL": lambda secret, _: get(query=NAMED, variables=json.dumps({"name": secret})),
    "variables of a URL that are no JSON": lambda secret, _: get(query=NAMED, variables=secret),
    "the operationName of a URL": lambda secret, _: get(query=NAMED, operationName=secret),
    "the documentId of a URL": lambda secret, _: get(documentId=secret),
    "another parameter of a URL": lambda secret, _: get(query=NAMED, login=secret),
    "a URL that is no UTF-8": lambda secret, _: http(
        "GET", f"{PATH}?query=%ff{quote(secret)}", {"X-Apollo-Operation-Name": "x"}
    ),
    "a path": lambda secret, _: http("GET", f"/{quote(secret)}", {}),
    "a method": lambda _, __: http(NAME.upper(), PATH, {}),
    "a header's name": header(f"X-{NAME}"),
    "a header of two lines": lambda secret, _: post({"query": NAMED}, {"X-Request-Id": f"a{secret}"}),
    "what is no HTTP": lambda secret, _: f"{secret} {secret}\r\n\r\n".encode(),
    "X-Request-Id": signed({"query": ME}),
    "X-Request-Id that is a CPF": lambda _, token: post(
        {"query": ME}, {"Authorization": f"Bearer {token}", "X-Request-Id": CPF}
    ),
    "X-Request-Id that is a name": lambda _, token: post(
        {"query": ME}, {"Authorization": f"Bearer {token}", "X-Request-Id": f"{NAME}-123"}
    ),
    "Accept": header("Accept"),
    "Accept-Encoding": header("Accept-Encoding"),
    "Accept-Language": header("Accept-Language"),
    "Accept-Language's quality": header("Accept-Language", "pt;q=%s"),
    "Authorization": header("Authorization"),
    "a bearer token": header("Authorization", "Bearer %s"),
    "a good token": lambda _, token: post({"query": ME}, {"Authorization": f"Bearer {token}"}),
    "a good token that is cut": lambda _, token: post({"query": ME}, {"Authorization": f"Bearer {token[:-1]}"}),
    "Content-Type": header("Content-Type"),
    "Cookie": header("Cookie", "session=%s"),
    "If-None-Match": header("If-None-Match", '"%s"'),
    "Origin": header("Origin", "https://%s"),
    "a preflight's method": lambda secret, _: http(
        "OPTIONS", PATH, {"Origin": "https://app.test", "Access-Control-Request-Method": one_line(secret)}
    ),
    "a preflight header": header("GraphQL-Require-Preflight"),
    "Referer": header("Referer", "https://app.test/%s"),
    "User-Agent": header("User-Agent"),
    "X-Forwarded-For": header("X-Forwarded-For"),
    "traceparent": header("traceparent"),
}
