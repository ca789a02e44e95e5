"""One DynamoDB table a service: items by key, ordered pages, and conditional transactions.

An item has `pk` and `sk`, perhaps index keys (`gsi1pk`, `gsi1sk`, ...), attributes that conditions read, and a `body`:
the state as JSON. Attribute values are str, int, or None (left out).
"""

import asyncio
import base64
import json
import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from botocore.exceptions import ClientError, ParamValidationError

from services.common.wire import Problem

Key = tuple[str, str]
Item = dict[str, Any]

MAX_BATCH_GET: Final = 100
MAX_BATCH_WRITE: Final = 25
MAX_ATTEMPTS: Final = 8
INDEXES: Final = ("gsi1", "gsi2", "gsi3")
PENDING_INDEX: Final = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One part of a transaction. `condition` and `update` are DynamoDB expressions over `#names` and `:values`."""

    kind: Literal["Put", "Update", "Delete", "ConditionCheck"]
    item: Mapping[str, object] = field(default_factory=dict)
    key: Key | None = None
    update: str | None = None
    condition: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)

    def request(self, table: str) -> dict[str, Any]:
        """Return this write as `TransactWriteItems` wants it."""
        parts: dict[str, Any] = {
            "TableName": table,
            "Item": _encode(self.item),
            "Key": _key(self.key) if self.key else None,
            "UpdateExpression": self.update,
            "ConditionExpression": self.condition,
            "ExpressionAttributeNames": dict(self.names),
            "ExpressionAttributeValues": _encode(self.values),
        }
        return {self.kind: {name: part for name, part in parts.items() if part}}


def put(item: Mapping[str, object], *, new: bool = False) -> Write:
    """Write a whole item; with `new`, only where there is none."""
    return Write(kind="Put", item=item, condition="attribute_not_exists(pk)" if new else None)


def put_version(item: Mapping[str, object], *, replaces: int) -> Write:
    """Write a whole item over the one whose attribute `version` is `replaces`."""
    return Write(
        kind="Put",
        item=item,
        condition="#version = :version",
        names={"#version": "version"},
        values={":version": replaces},
    )


class ConditionFailed(Exception):  # noqa: N818  an expected outcome, not an error
    """A transaction's conditions did not hold: `failed` are the positions of the writes that refused."""

    def __init__(self, failed: Sequence[int]) -> None:
        super().__init__(f"conditions {list(failed)} did not hold")
        self.failed: Final = frozenset(failed)


class InvalidCursor(Problem):
    """A page's cursor that this service did not hand out."""

    def __init__(self) -> None:
        super().__init__(422, "INVALID_CURSOR", "The cursor is not one of this list's.")


class Contended(Problem):
    """Too many wrote the same items at once, again and again: nothing was written."""

    def __init__(self) -> None:
        super().__init__(503, "BUSY", "Too many changes at once; try again.")


@dataclass(frozen=True, slots=True)
class Page:
    """Some items in the index's order, and where to go on (None at the end)."""

    items: Sequence[Item]
    next: str | None


class Table:
    """A service's table, over an aiobotocore DynamoDB client."""

    def __init__(self, dynamodb: Any, name: str) -> None:  # noqa: ANN401  aiobotocore clients have no type
        self._dynamodb: Final = dynamodb
        self.name: Final = name

    async def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Read the items at `keys`, strongly consistent; absent ones are left out."""
        unique = list(dict.fromkeys(keys))
        batches = [unique[start : start + MAX_BATCH_GET] for start in range(0, len(unique), MAX_BATCH_GET)]
        found = await asyncio.gather(*(self._get_batch(batch) for batch in batches))
        return {(item["pk"], item["sk"]): item for items in found for item in items}

    async def query(  # noqa: PLR0913  they mirror DynamoDB's Query
        self,
        pk: str,
        *,
        index: str | None = None,
        between: tuple[str, str] | None = None,
        descending: bool = False,
        limit: int | None = None,
        after: str | None = None,
    ) -> Page:
        """Read one partition of the table or an index in the order of its sort key, `between` bounds included.

        `limit` None reads all of it.
        """
        pk_name, sk_name = (f"{index}pk", f"{index}sk") if index else ("pk", "sk")
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "#pk = :pk" + (" AND #sk BETWEEN :low AND :high" if between else ""),
            "ExpressionAttributeNames": {"#pk": pk_name} | ({"#sk": sk_name} if between else {}),
            "ExpressionAttributeValues": _encode(
                {":pk": pk} | ({":low": between[0], ":high": between[1]} if between else {})
            ),
            "ScanIndexForward": not descending,
        }
        if index:
            request["IndexName"] = index
        else:
            request["ConsistentRead"] = True
        start = _start_key(after)
        items: list[Item] = []
        while True:
            if start:
                request["ExclusiveStartKey"] = start
            if limit is not None:
                request["Limit"] = limit - len(items)
            answer = await self._query(request)
            items += [_decode(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if not start or (limit is not None and len(items) >= limit):
                return Page(items, _cursor(start))

    async def _query(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await self._dynamodb.query(**request)
        except ParamValidationError as failure:
            raise InvalidCursor from failure
        except ClientError as failure:
            if "ExclusiveStartKey" in request and failure.response["Error"]["Code"] == "ValidationException":
                raise InvalidCursor from failure
            raise
        return answer

    async def transact(self, writes: Sequence[Write]) -> None:
        """Write all or nothing; raise `ConditionFailed` where a condition did not hold, `Contended` after many clashes.

        Two transactions that touch the same item make DynamoDB cancel one without judging its conditions: that one is
        tried again here. The token makes a repeat after a lost answer harmless.
        """
        request = {
            "TransactItems": [write.request(self.name) for write in writes],
            "ClientRequestToken": secrets.token_hex(16),
        }
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                await self._dynamodb.transact_write_items(**request)
            except ClientError as failure:
                if not _worth_another_try(failure):
                    raise
                if attempt == MAX_ATTEMPTS:
                    raise Contended from failure
            else:
                return
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  jitter

    async def put_all(self, items: Sequence[Mapping[str, object]]) -> None:
        """Write many items without conditions, 25 a call: for seeding."""
        for start in range(0, len(items), MAX_BATCH_WRITE):
            batch = [{"PutRequest": {"Item": _encode(item)}} for item in items[start : start + MAX_BATCH_WRITE]]
            request = {self.name: batch}
            while request:
                request = (await self._dynamodb.batch_write_item(RequestItems=request)).get("UnprocessedItems")

    async def _get_batch(self, keys: Sequence[Key]) -> list[Item]:
        request: dict[str, Any] = {self.name: {"Keys": [_key(key) for key in keys], "ConsistentRead": True}}
        items: list[Item] = []
        while request:
            answer = await self._dynamodb.batch_get_item(RequestItems=request)
            items += [_decode(item) for item in answer["Responses"].get(self.name, [])]
            request = answer.get("UnprocessedKeys", {})
        return items


def _worth_another_try(failure: ClientError) -> bool:
    """Tell a clash with a neighbour from a condition that failed; raise `ConditionFailed` for the latter."""
    if failure.response["Error"]["Code"] != "TransactionCanceledException":
        return False
    reasons = [reason.get("Code") for reason in failure.response.get("CancellationReasons", [])]
    failed = [position for position, reason in enumerate(reasons) if reason == "ConditionalCheckFailed"]
    if failed:
        raise ConditionFailed(failed) from failure
    return "TransactionConflict" in reasons


def _encode(values: Mapping[str, object]) -> dict[str, dict[str, str]]:
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": str(value)}
        for name, value in values.items()
        if value is not None
    }


def _decode(item: Mapping[str, Mapping[str, str]]) -> Item:
    return {name: int(value["N"]) if "N" in value else value["S"] for name, value in item.items()}


def _key(key: Key) -> dict[str, dict[str, str]]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def _cursor(start: Mapping[str, Any] | None) -> str | None:
    return base64.urlsafe_b64encode(json.dumps(start).encode()).decode() if start else None


def _start_key(cursor: str | None) -> dict[str, Any] | None:
    if cursor is None:
        return None
    try:
        start: dict[str, Any] | None = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, RecursionError):
        raise InvalidCursor from None
    if not start:
        raise InvalidCursor
    return start
