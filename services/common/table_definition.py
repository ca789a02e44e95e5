"""How a service's table is laid out in DynamoDB: the same for each, created by the sandbox and by deployment."""

from typing import Any, Final

from services.common.table import INDEXES, PENDING_INDEX

_ATTRIBUTES: Final = [f"{prefix}{part}" for prefix in ("", *INDEXES, PENDING_INDEX) for part in ("pk", "sk")]


def table_definition(name: str) -> dict[str, Any]:
    """Return the arguments of DynamoDB's `CreateTable` for a service's table."""
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in _ATTRIBUTES],
        "KeySchema": _key_schema(""),
        "GlobalSecondaryIndexes": [
            {"IndexName": index, "KeySchema": _key_schema(index), "Projection": {"ProjectionType": "ALL"}}
            for index in (*INDEXES, PENDING_INDEX)
        ],
    }


def _key_schema(prefix: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
        {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
    ]
