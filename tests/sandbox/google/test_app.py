"""What Google's client cannot be made to send, and what a kill leaves."""

import time
from pathlib import Path

import httpx
import jwt
import pytest

from sandbox.google.running import RunningGoogle, running_google
from sandbox.google.seed import seed_events
from sandbox.google.tokens import AUDIENCE

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/calendar.events.owned"
USER = "ana@clinic.example"


def claims(google: RunningGoogle, **changes: object) -> dict[str, object]:
    now = int(time.time())
    usual = {"iss": google.client_email, "sub": USER, "scope": SCOPE, "aud": AUDIENCE, "iat": now, "exp": now + 3600}
    return {**usual, **changes}


def grant(google: RunningGoogle, key: str | None = None, grant_type: str = GRANT, **changes: object) -> httpx.Response:
    assertion = jwt.encode(claims(google, **changes), key or google.private_key_pem, algorithm="RS256")
    return httpx.post(f"{google.url}/token", data={"grant_type": grant_type, "assertion": assertion})


def bearer(google: RunningGoogle) -> dict[str, str]:
    return {"Authorization": f"Bearer {grant(google).json()['access_token']}"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"iss": "another@healthmed.iam.gserviceaccount.com"}, "invalid_grant"),
        ({"aud": "https://elsewhere.example/token"}, "invalid_grant"),
        ({"iat": 1, "exp": 3601}, "invalid_grant"),
        ({"exp": int(time.time()) + 7200}, "invalid_grant"),
        ({"sub": "nobody"}, "invalid_grant"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "invalid_scope"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_grant_is_refused(google: RunningGoogle, changes: dict[str, str], error: str) -> None:
    answer = grant(google, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_grant_signed_by_another_key_is_refused(google: RunningGoogle, tmp_path: Path) -> None:
    with running_google(tmp_path / "google.sqlite") as another:
        answer = grant(google, key=another.private_key_pem)
    assert answer.json() == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}


def test_events_survive_a_kill(tmp_path: Path) -> None:
    """What was answered is there after `kill -9`; the tokens are not."""
    state = tmp_path / "google.sqlite"
    seed_events(state, [])
    times = {"start": {"dateTime": "2026-11-24T10:00:00Z"}, "end": {"dateTime": "2026-11-24T10:50:00Z"}}
    path = f"/calendar/v3/calendars/{USER}/events"
    with running_google(state) as first, httpx.Client(headers=bearer(first)) as client:
        for n in range(20):
            assert client.post(first.url + path, json={**times, "id": f"kept{n}"}).status_code == 200
    with running_google(state) as second:
        assert httpx.get(second.url + path, headers=client.headers).status_code == 401
        assert len(httpx.get(second.url + path, headers=bearer(second)).json()["items"]) == 20


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", "{}"),
        ("multipart/mixed; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n"),
        ("multipart/mixed; boundary=b", "--b\r\nContent-Type: application/http\r\n\r\nGET\r\n--b--\r\n"),
    ],
)
def test_a_wrong_batch_is_refused(google: RunningGoogle, content_type: str, content: str) -> None:
    url = f"{google.url}/batch/calendar/v3"
    answer = httpx.post(url, headers={**bearer(google), "Content-Type": content_type}, content=content)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, "badRequest")


def test_a_batch_lends_its_token_to_its_parts(google: RunningGoogle) -> None:
    call = f"GET /calendar/v3/calendars/{USER}/events/none0 HTTP/1.1\r\n\r\n"
    part = f"--b\r\nContent-Type: application/http\r\n\r\n{call}\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    url = f"{google.url}/batch/calendar/v3"
    assert "401 Unauthorized" in httpx.post(url, headers=headers, content=part).text
    assert "404 Not Found" in httpx.post(url, headers={**headers, **bearer(google)}, content=part).text
