import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.common.table import (
    MAX_ATTEMPTS,
    ConditionFailed,
    Contended,
    InvalidCursor,
    Item,
    Table,
    Write,
    put,
    put_version,
)

pytestmark = pytest.mark.anyio


def numbered(count: int) -> list[Item]:
    """Return items of one partition and of one partition of an index, which orders them the other way around."""
    return [
        {"pk": "P", "sk": f"{number:04}", "gsi1pk": "G", "gsi1sk": f"{9999 - number:04}", "number": number}
        for number in range(count)
    ]


async def test_an_item_is_read_as_it_was_written(table: Table) -> None:
    item = {"pk": "P", "sk": "S", "text": "São Paulo", "empty": "", "number": -5, "large": 2**53}
    await table.transact([put(item | {"none": None})])
    assert await table.get([("P", "S")]) == {("P", "S"): item}


async def test_many_keys_are_read_at_once_and_absent_ones_are_left_out(table: Table) -> None:
    items = numbered(230)
    await table.put_all(items)
    keys = [("P", f"{number:04}") for number in range(240)]
    found = await table.get([*keys, *keys])
    assert found == {(item["pk"], item["sk"]): item for item in items}
    assert await table.get([]) == {}


@pytest.mark.parametrize("limit", [1, 3, 7, 20, None])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("index", [None, "gsi1"])
async def test_pages_have_everything_once_in_order(
    table: Table, limit: int | None, descending: bool, index: str | None
) -> None:
    await table.put_all(numbered(7))
    seen: list[int] = []
    after: str | None = None
    while True:
        page = await table.query("G" if index else "P", index=index, descending=descending, limit=limit, after=after)
        seen += [item["number"] for item in page.items]
        assert limit is None or len(page.items) <= limit
        after = page.next
        if after is None:
            break
    assert seen == sorted(range(7), reverse=descending != bool(index))


async def test_bounds_are_included(table: Table) -> None:
    await table.put_all(numbered(7))
    page = await table.query("P", between=("0002", "0004"))
    assert [item["number"] for item in page.items] == [2, 3, 4]


async def test_without_a_limit_all_is_read_however_large(table: Table) -> None:
    """DynamoDB answers with a megabyte at a time."""
    await table.put_all([{"pk": "P", "sk": f"{number:04}", "body": "x" * 10_000} for number in range(250)])
    page = await table.query("P")
    assert (len(page.items), page.next) == (250, None)


@pytest.mark.parametrize("cursor", ["%%", "bm90aGluZw==", "WzFd", "eyJwayI6IDF9", "IngiCg=="])
async def test_a_cursor_that_was_not_handed_out_is_refused(table: Table, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        await table.query("P", after=cursor)


async def test_a_transaction_is_written_as_a_whole_or_not_at_all(table: Table) -> None:
    await table.transact([put({"pk": "A", "sk": "S", "version": 1})])
    with pytest.raises(ConditionFailed) as lost:
        await table.transact([put({"pk": each, "sk": "S"}, new=True) for each in "BAC"])
    assert lost.value.failed == {1}
    assert await table.get([("A", "S"), ("B", "S"), ("C", "S")]) == {("A", "S"): {"pk": "A", "sk": "S", "version": 1}}


async def test_each_failed_condition_is_named(table: Table) -> None:
    await table.put_all([{"pk": each, "sk": "S", "version": 1} for each in "AC"])
    with pytest.raises(ConditionFailed) as lost:
        await table.transact([put({"pk": each, "sk": "S"}, new=True) for each in "ABC"])
    assert lost.value.failed == {0, 2}


async def test_a_version_is_replaced_once(table: Table) -> None:
    await table.transact([put({"pk": "A", "sk": "S", "version": 1})])

    async def replace(text: str) -> bool:
        try:
            await table.transact([put_version({"pk": "A", "sk": "S", "version": 2, "by": text}, replaces=1)])
        except ConditionFailed:
            return False
        return True

    won = await asyncio.gather(*(replace(str(number)) for number in range(20)))
    assert won.count(True) == 1
    assert (await table.get([("A", "S")]))[("A", "S")]["by"] == str(won.index(True))


async def test_updates_and_deletions_take_part(table: Table) -> None:
    await table.put_all([{"pk": "A", "sk": "S", "count": 1}, {"pk": "B", "sk": "S"}])
    await table.transact(
        [
            Write(
                kind="Update",
                key=("A", "S"),
                update="ADD #count :two",
                condition="#count = :one",
                names={"#count": "count"},
                values={":one": 1, ":two": 2},
            ),
            Write(kind="Delete", key=("B", "S")),
            Write(kind="ConditionCheck", key=("C", "S"), condition="attribute_not_exists(pk)"),
        ]
    )
    assert await table.get([("A", "S"), ("B", "S")]) == {("A", "S"): {"pk": "A", "sk": "S", "count": 3}}


class Scripted:
    """A DynamoDB that gives the answers of a script, and remembers what it was asked."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    async def _answer(self, **request: Any) -> Mapping[str, Any]:  # noqa: ANN401  as aiobotocore's methods
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    transact_write_items = batch_get_item = batch_write_item = query = _answer


def cancelled(*codes: str) -> ClientError:
    """Return what DynamoDB raises for a transaction with these reasons."""
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(answer, "TransactWriteItems")


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let attempts follow each other at once."""
    monkeypatch.setattr("random.uniform", lambda _low, _high: 0)


WRITE = put({"pk": "A", "sk": "S"})


@pytest.mark.usefixtures("no_pause")
async def test_a_clash_with_a_neighbour_is_tried_again_as_the_same_request() -> None:
    """The same token: should the first attempt have come through after all, the second changes nothing."""
    dynamodb = Scripted(cancelled("None", "TransactionConflict"), cancelled("TransactionConflict"), {})
    await Table(dynamodb, "t").transact([WRITE])
    assert len({request["ClientRequestToken"] for request in dynamodb.asked}) == 1
    assert len(dynamodb.asked) == 3


@pytest.mark.usefixtures("no_pause")
async def test_endless_clashes_end_as_a_problem() -> None:
    dynamodb = Scripted(*[cancelled("TransactionConflict")] * MAX_ATTEMPTS)
    with pytest.raises(Contended) as busy:
        await Table(dynamodb, "t").transact([WRITE])
    assert (busy.value.status, busy.value.code) == (503, "BUSY")


async def test_a_failed_condition_beside_a_clash_counts() -> None:
    with pytest.raises(ConditionFailed) as lost:
        await Table(Scripted(cancelled("TransactionConflict", "ConditionalCheckFailed")), "t").transact([WRITE])
    assert lost.value.failed == {1}


@pytest.mark.parametrize("failure", [cancelled("ThrottlingError"), cancelled("ValidationError")])
async def test_any_other_failure_is_raised_as_it_is(failure: ClientError) -> None:
    with pytest.raises(ClientError):
        await Table(Scripted(failure), "t").transact([WRITE])


REFUSED = ClientError({"Error": {"Code": "ValidationException", "Message": ""}}, "Query")


async def test_a_cursor_that_dynamodb_refuses_is_the_callers_mistake() -> None:
    """Another list's cursor looks like one of this list's until DynamoDB compares it with the index."""
    cursor = base64.urlsafe_b64encode(json.dumps({"pk": {"S": "other"}, "sk": {"S": "other"}}).encode()).decode()
    with pytest.raises(InvalidCursor):
        await Table(Scripted(REFUSED), "t").query("P", after=cursor)
    with pytest.raises(ClientError):
        await Table(Scripted(REFUSED), "t").query("P")


async def test_what_dynamodb_left_over_is_asked_for_again() -> None:
    key = {"pk": {"S": "A"}, "sk": {"S": "S"}}
    dynamodb = Scripted(
        {"Responses": {"t": []}, "UnprocessedKeys": {"t": {"Keys": [key]}}}, {"Responses": {"t": [key]}}
    )
    assert await Table(dynamodb, "t").get([("A", "S")]) == {("A", "S"): {"pk": "A", "sk": "S"}}


async def test_what_dynamodb_did_not_write_is_written_again() -> None:
    left = {"t": [{"PutRequest": {"Item": {"pk": {"S": "A"}}}}]}
    dynamodb = Scripted({"UnprocessedItems": left}, {"UnprocessedItems": {}})
    await Table(dynamodb, "t").put_all([{"pk": "A", "sk": "S"}])
    assert dynamodb.asked[1] == {"RequestItems": left}
