"""The parameters of an address, after its question mark."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from app.web.errors import ApiError, from_validation

REMEMBERED_BYTES = 200  # a query of at most so many is remembered: clients ask for the same few again and again

Model = TypeVar("Model", bound=BaseModel)


def read_parameters(query: bytes, model: type[BaseModel]) -> Mapping[str, Any]:
    """The parameters, and the defaults of those that the address does not name. 422 naming each that is wrong."""
    return (_remembered if len(query) <= REMEMBERED_BYTES else _remembered.__wrapped__)(query, model)


@lru_cache(4096)
def _remembered(query: bytes, model: type[BaseModel]) -> Mapping[str, Any]:
    return validate_strings(pairs(query), model).__dict__


def pairs(query: bytes) -> dict[str, str]:
    """Names and values; 400 when they are not UTF-8."""
    if not query:
        return {}
    try:
        parts = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except (UnicodeDecodeError, ValueError):
        raise ApiError("malformed_request", "The query of the address could not be read.") from None
    if len(found := dict(parts)) < len(parts):
        raise ApiError("malformed_request", "The query of the address names a parameter twice.")
    return found


def validate_strings(found: dict[str, str], model: type[Model]) -> Model:
    """422 naming each that is wrong."""
    try:
        return model.model_validate_strings(found)
    except ValidationError as error:
        raise from_validation(error) from None
