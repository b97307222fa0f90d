"""Walks through the OpenAPI document."""

from collections.abc import Iterator
from typing import Any


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that it is made of."""
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from parts(part)


def resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The component that a part refers to, or the part itself."""
    for name in part.get("$ref", "#").split("/")[1:]:
        document = document[name]
    return document if "$ref" in part else part
