"""Any request whatsoever is answered, never with 500, and leaves nothing of itself in a log."""

import json
import logging
import sys
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.bff.bodies import CANARY, Sent, generated
from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.serving import served
from tests.bff.world import URL, World, running

pytestmark = pytest.mark.anyio

# The next run may take another: whatever is found once becomes a case of test_body.py or test_parameters.py.
SEED = 20261124
FEW = 600
MANY = 20_000


async def send(http: httpx.AsyncClient, url: str, sent: Sent) -> int:
    """Send, and check the answer; return its status."""
    answer = await http.request(sent.method, f"{url}?{sent.query_string}", headers=sent.headers, content=sent.content)
    assert answer.status_code == 200 or 400 <= answer.status_code < 500, (answer.status_code, sent)
    if sent.method != "HEAD":
        codes = [error["extensions"]["code"] for error in told(answer).get("errors", [])]
        assert "INTERNAL" not in codes, sent
        assert codes or answer.status_code == 200, sent
    return answer.status_code


def told(answer: httpx.Response) -> Any:  # noqa: ANN401  JSON
    """Return an answer's JSON, or that of the one event of a stream."""
    if not answer.headers["content-type"].startswith("text/event-stream"):
        return answer.json()
    event, complete = answer.text.split("\n\n")[:2]
    assert complete.startswith("event: complete")
    return json.loads(event.removeprefix("event: next\ndata: "))


def check_logs(caplog: pytest.LogCaptureFixture) -> None:
    """Check that our own log has no error and nothing of what was sent; the test's client has a log as well."""
    ours = [record for record in caplog.records if record.name.partition(".")[0] in {"bff", "uvicorn", "asyncio"}]
    assert not [record for record in ours if record.levelno >= logging.ERROR]
    assert CANARY not in "".join(record.getMessage() for record in ours)


async def test_whatever_is_sent_is_answered(world: World, caplog: pytest.LogCaptureFixture) -> None:
    statuses = Counter([await send(world.http, URL, sent) for sent in generated(FEW, SEED)])
    assert set(statuses) >= {200, 400, 401, 405, 406, 415}
    check_logs(caplog)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_twenty_thousand_requests_are_answered_by_one_server(
    signing_key: SigningKey,
    endpoint: KeyEndpoint,
    bff_key: tuple[str, str],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Over connections, with GraphiQL's introspection on and off."""
    statuses: Counter[int] = Counter()
    for introspection in (False, True):
        async with (
            running(signing_key, endpoint, bff_key[0], clock, introspection=introspection) as world,
            served(world.app, log_level="warning") as address,
            httpx.AsyncClient() as http,
        ):
            requests = generated(MANY // 2, SEED + introspection)
            statuses.update([await send(http, f"http://{address}/", sent) for sent in requests])
            assert (await http.post(f"http://{address}/", json={"query": "{ __typename }"})).status_code == 200
    sys.stdout.write(f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}\n")
    assert sum(statuses.values()) == MANY
    check_logs(caplog)
