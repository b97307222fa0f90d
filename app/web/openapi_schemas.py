"""The schemas of the OpenAPI document: those of the models, as generators of clients read them best."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.web.descriptions import of_field
from app.web.schemas.responses import ResponseModel

Schema = dict[str, Any]
Part = TypeVar("Part", bound=Hashable)
Mode = Literal["validation", "serialization"]
Refs = Mapping[tuple[type[BaseModel], Mode], Schema]
REF = "#/components/schemas/{model}"
BESIDE_TEXT = "Where the body is `text/plain`: the field of this name."


def names_of(parts: Iterable[tuple[str, Part]]) -> dict[Part, str]:
    """Of named parts, those that come several times: the name of each, numbered where a more usual one has it."""
    names: dict[Part, str] = {}
    taken: Counter[str] = Counter()
    for (name, part), times in Counter(parts).most_common():
        if times > 1:
            taken[name] += 1
            names[part] = name if taken[name] == 1 else f"{name}_{taken[name]}"
    return names


def headers_of(*names: str) -> Schema:
    """Those of a response beside the ones that every response has, which are said in `components` and in `info`."""
    return {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}} if names else {}


def schemas_of(sent: Iterable[Any], shown: Iterable[Any]) -> tuple[Refs, dict[str, Schema]]:
    """A reference to each model that is sent or shown, and the definitions behind them."""
    refs: dict[Any, Schema] = {}
    definitions: dict[str, Schema] = {}
    answered = _subclasses(ResponseModel)
    extended = [model for model in answered.values() if model.__subclasses__()]
    for models, mode in ((sent, "validation"), ([*shown, *extended], "serialization")):
        wanted: Any = [(model, mode) for model in dict.fromkeys(models)]
        found, parts = models_json_schema(wanted, ref_template=REF)
        refs |= found
        for name, part in parts.get("$defs", {}).items():
            told = explained(name, tidy(part, is_open=mode == "serialization"))
            if definitions.setdefault(name, told) != told:
                raise ValueError(f"two models are called {name}")
    return refs, definitions | _folded(definitions, answered)


def _subclasses(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for one in model.__subclasses__():
        found |= {one.__name__: one, **_subclasses(one)}
    return found


def _folded(definitions: Mapping[str, Schema], models: Mapping[str, type[BaseModel]]) -> dict[str, Schema]:
    """Models that are others and more say so, and do not repeat them."""
    folded = {}
    for name in definitions.keys() & models.keys():
        fields = definitions[name].get("properties", {})
        bases = [base.__name__ for base in models[name].__bases__ if base.__name__ in definitions]
        inherited = {field: part for base in bases for field, part in definitions[base]["properties"].items()}
        if bases and all(fields[field] == part for field, part in inherited.items()):
            own = {field: part for field, part in fields.items() if field not in inherited}
            needed = [field for field in definitions[name]["required"] if field in own]
            more = {"type": "object", "properties": own} | ({"required": needed} if needed else {})
            folded[name] = {"allOf": [*({"$ref": REF.format(model=base)} for base in bases), *([more] if own else [])]}
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


def of_query(model: type[BaseModel], *, beside_text: tuple[str, ...] = ()) -> list[Schema]:
    """The fields of a model as parameters of an address. None of them is needed `beside_text`: fields of a body that
    comes as a text."""
    schema: Schema = model.model_json_schema(mode="validation", ref_template=REF)
    needed = () if beside_text else schema.get("required", ())
    return [
        {"name": name, "in": "query", "schema": _without_null(part)}
        | {"description": BESIDE_TEXT if beside_text else of_field(model.__name__, name) or ""}
        | ({"required": True} if name in needed else {})
        for name, part in schema["properties"].items()
        if name not in beside_text and part.get("type") not in ("object", "array")
    ]


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
