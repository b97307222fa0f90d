"""The schemas of the OpenAPI document: those of the models, as generators of clients read them best."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.web.descriptions import of_field
from app.web.schemas.responses import ResponseModel

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
Refs = Mapping[tuple[type[BaseModel], Mode], Schema]
REF = "#/components/schemas/{model}"


def schemas_of(sent: Iterable[Any], shown: Iterable[Any]) -> tuple[Refs, dict[str, Schema]]:
    """A reference to each model that is sent or shown, and the definitions behind them."""
    refs: dict[Any, Schema] = {}
    definitions: dict[str, Schema] = {}
    for models, mode in ((sent, "validation"), (shown, "serialization")):
        wanted: Any = [(model, mode) for model in dict.fromkeys(models)]
        found, parts = models_json_schema(wanted, ref_template=REF)
        refs |= found
        for name, part in parts.get("$defs", {}).items():
            told = explained(name, tidy(part, is_open=mode == "serialization"))
            if definitions.setdefault(name, told) != told:
                raise ValueError(f"two models are called {name}")
    return refs, definitions | _folded(definitions, _subclasses(ResponseModel))


def _subclasses(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for one in model.__subclasses__():
        found |= {one.__name__: one, **_subclasses(one)}
    return found


def _folded(definitions: Mapping[str, Schema], models: Mapping[str, type[BaseModel]]) -> dict[str, Schema]:
    """Models that are others and more say so, and do not repeat them."""
    folded = {}
    for name in definitions.keys() & models.keys():
        whole, own = definitions[name], dict(definitions[name].get("properties", {}))
        bases = [one.__name__ for one in models[name].__bases__ if one.__name__ in definitions]
        for base in bases:
            for field, part in definitions[base].get("properties", {}).items():
                if own.pop(field, None) != part:  # it is another in this model
                    break
            else:
                continue
            break
        else:
            if bases:
                needed = [field for field in whole["required"] if field in own]
                more = {"type": "object", "properties": own} | ({"required": needed} if needed else {})
                parents = [{"$ref": REF.format(model=base)} for base in bases]
                folded[name] = {"allOf": [*parents, *([more] if own else [])]}
    return folded


def tidy(schema: Any, *, is_open: bool = False) -> Any:
    """A schema without the titles that repeat its names, and without defaults.

    A field with a default is taken for one that is always there: generated clients would send `feedback: null`, and
    erase it. What `is_open` may gain fields.
    """
    if isinstance(schema, list):
        return [tidy(part, is_open=is_open) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept: Schema = {}
    for name, part in schema.items():
        if name in ("title", "default") or (is_open and name == "additionalProperties" and part is False):
            continue
        if name == "properties":
            kept[name] = {field: tidy(one, is_open=is_open) for field, one in part.items()}
        else:
            kept[name] = part if name in ("enum", "const", "examples", "required") else tidy(part, is_open=is_open)
    return nullable(kept)


def nullable(schema: Schema) -> Schema:
    """`anyOf` one simple type and null is a list of two types."""
    parts = schema.get("anyOf", ())
    if len(parts) == 2 and parts[1] == {"type": "null"} and isinstance(parts[0].get("type"), str):
        simple = parts[0]
        if simple["type"] not in ("array", "object") and not simple.keys() & {"enum", "const"}:
            rest = {key: part for key, part in schema.items() if key != "anyOf"}
            return {**rest, **simple, "type": [simple["type"], "null"]}
    return schema


def explained(name: str, schema: Schema) -> Schema:
    """A model's schema, with a sentence for each of its fields."""
    for field, part in schema.get("properties", {}).items():
        sentence = part.get("description") or of_field(name, field)
        if sentence:
            part["description"] = sentence
    return schema


def of_query(model: type[BaseModel], but: tuple[str, ...]) -> list[Schema]:
    """The fields of a model as parameters of an address; of a body that is a text (`but`) none of them is needed."""
    schema: Schema = model.model_json_schema(mode="validation", ref_template=REF)
    needed = () if but else schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _without_null(part)}
        | _said(model.__name__, name, part, "When the body is text/plain: " if but else "")
        for name, part in schema["properties"].items()
        if name not in but and part.get("type") not in ("object", "array")
    ]


def _said(model: str, name: str, part: Schema, before: str) -> Schema:
    sentence = part.get("description") or of_field(model, name)
    return {"description": before + sentence} if sentence else {}


def _without_null(schema: Schema) -> Schema:
    """A query parameter is there or not; it cannot be null, nor a list or an object as a body can."""
    kept = [one for one in _alternatives(schema) if one.get("type") not in ("null", "array", "object")]
    plain = {
        key: part
        for key, part in schema.items()
        if key not in ("anyOf", "oneOf", "title", "description") and part is not None
    }
    return plain | kept[0] if len(kept) == 1 else plain


def _alternatives(schema: Schema) -> list[Schema]:
    found = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [inner for one in found for inner in (_alternatives(one) or [one])]
