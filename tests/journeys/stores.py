"""A naive recount, straight from the stores: what the dashboard must agree with."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.common.aws import aws_client

HOME_ZONE = ZoneInfo("America/Sao_Paulo")


async def bodies(table: str, prefix: str) -> AsyncIterator[dict[str, Any]]:
    """Yield the state of every item of a table whose partition key begins with `prefix`."""
    async with aws_client("dynamodb") as dynamodb:
        async for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                if item["pk"]["S"].startswith(prefix) and "body" in item:
                    yield json.loads(item["body"]["S"])


def local_date(instant: str) -> date:
    """Return the date in São Paulo of an instant in JSON."""
    return datetime.fromisoformat(instant).astimezone(HOME_ZONE).date()


async def appointments_by_status(first: date, last: date, now: datetime) -> Counter[str]:
    """Count the appointments that start in [first, last], by status; a request whose time has come is expired."""
    return Counter(
        [
            "EXPIRED"
            if body["status"] == "REQUESTED" and datetime.fromisoformat(body["startsAt"]) <= now
            else body["status"]
            async for body in bodies("healthmed-scheduling", "APPOINTMENT#")
            if first <= local_date(body["startsAt"]) <= last
        ]
    )


async def gross_cents(first: date, last: date) -> int:
    """Sum the invoices that were issued in [first, last]."""
    return sum(
        [
            body["amountCents"]
            async for body in bodies("healthmed-erp", "INVOICE#")
            if first <= local_date(body["issuedAt"]) <= last
        ]
    )
