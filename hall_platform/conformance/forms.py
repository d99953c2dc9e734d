"""An electronic form filled in as plainly as its schema allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

_DEEPEST = 6
_TEXTS = ("合约核验", "12000000000", "2026-01-01", "990302199001010016", "340000", "1")


class Unfillable(Exception):
    """The form asks for what no plain value meets."""


def filled(schema: Mapping[str, Any], depth: int = 0) -> Any:
    """A value that meets the schema: required members only. Raises Unfillable."""
    for value in _candidates(schema, depth):
        if Draft202012Validator(schema).is_valid(value):
            return value
    raise Unfillable(str(schema.get("title", "")))


def _candidates(schema: Mapping[str, Any], depth: int) -> list[Any]:
    if depth > _DEEPEST:
        return []
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return list(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        members = schema.get("properties", {})
        wanted = schema.get("required", ())
        if not set(wanted) <= members.keys():
            return []
        return [{name: filled(members[name], depth + 1) for name in wanted}]
    if kind == "array":
        one = filled(schema.get("items", {"type": "string"}), depth + 1)
        return [[one] * schema.get("minItems", 0)]
    if kind in ("integer", "number"):
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        return [least, least + 1, schema.get("maximum", 1)]
    if kind == "boolean":
        return [True, False]
    return [*_TEXTS, "核" * schema.get("minLength", 1)]
