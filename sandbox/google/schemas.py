"""Schemas of a discovery document turned into JSON Schema 2020-12."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

_KEPT = ("type", "enum", "pattern")


def validator(
    schemas: Mapping[str, Any], reference: Mapping[str, str] | None, method_id: str
) -> Draft202012Validator | None:
    """Make the validator of a method's request or response, `{"$ref": NAME}`; None where the method has none.

    What a discovery document requires depends on the method, hence `method_id`.
    """
    if reference is None:
        return None
    definitions = {name: _json_schema(schema, method_id) for name, schema in schemas.items()}
    return Draft202012Validator({**_json_schema(reference, method_id), "$defs": definitions})


def _json_schema(described: Mapping[str, Any], method_id: str) -> dict[str, Any]:
    if "$ref" in described:
        return {"$ref": f"#/$defs/{described['$ref']}"}
    schema: dict[str, Any] = {key: described[key] for key in _KEPT if key in described}
    if "items" in described:
        schema["items"] = _json_schema(described["items"], method_id)
    if described.get("type") == "object":
        properties = described.get("properties", {})
        schema["properties"] = {name: _json_schema(each, method_id) for name, each in properties.items()}
        schema["required"] = [name for name, each in properties.items() if method_id in _required_by(each)]
        others = described.get("additionalProperties")
        schema["additionalProperties"] = _json_schema(others, method_id) if others else False
    return schema


def _required_by(described: Mapping[str, Any]) -> list[str]:
    methods: list[str] = described.get("annotations", {}).get("required", [])
    return methods
