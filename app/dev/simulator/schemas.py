"""JSON schemas of answers: whether they make sense, what each service refuses in them, and a value that fits one."""

from collections.abc import Mapping
from typing import Any

# Keywords of JSON Schema that Anthropic's structured outputs refuse, by type.
UNSUPPORTED = {
    "integer": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "number": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "string": ("maxLength", "minLength"),
    "array": ("maxItems", "uniqueItems"),
}


def well_formed(schema: object, depth: int = 10) -> bool:
    """Whether something is a JSON schema at all, as far as the simulator reads one, and nested at most `depth` deep."""
    if not isinstance(schema, dict) or depth == 0:
        return False
    kinds, required = schema.get("type", "object"), schema.get("required", [])
    properties, choices = schema.get("properties", {}), schema.get("anyOf", [])
    return (
        all(isinstance(kind, str) for kind in (kinds if isinstance(kinds, list) else [kinds]))
        and isinstance(required, list)
        and isinstance(schema.get("enum", []), list)
        and isinstance(properties, dict)
        and isinstance(choices, list)
        and all(well_formed(inner, depth - 1) for inner in inside(schema))
    )


def inside(schema: Mapping[str, Any]) -> list[Any]:
    """The schemas of a schema's properties, alternatives and items."""
    items = [schema["items"]] if "items" in schema else []
    return [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *items]


def kinds_of(schema: Mapping[str, Any]) -> list[str]:
    """The types a schema allows, those of its alternatives included."""
    kinds = schema.get("type", [])
    own = list(kinds) if isinstance(kinds, list) else [kinds]
    return own + [kind for choice in schema.get("anyOf", ()) for kind in kinds_of(choice)]


def not_strict(schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> str | None:
    """Why OpenAI refuses a well-formed schema as strict: an open object, or a property that is not required."""
    properties = schema.get("properties", {})
    if "object" in kinds_of(schema) or properties:
        if schema.get("additionalProperties") is not False:
            return f"In context={path}, 'additionalProperties' is required to be supplied and to be false."
        missing = [name for name in properties if name not in schema.get("required", ())]
        if missing:
            return (
                f"In context={path}, 'required' is required to be supplied and to be an array including every key in "
                f"properties. Missing '{missing[0]}'."
            )
    inner = (not_strict(rule, (*path, "properties", name)) for name, rule in properties.items())
    return next((problem for problem in inner if problem), None)


def not_structured(schema: Mapping[str, Any]) -> str | None:
    """Why Anthropic refuses a well-formed schema: an open object, or bounds of numbers, texts or lists."""
    kinds = schema.get("type", [])
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind == "object" and schema.get("additionalProperties") is not False:
            return "For 'object' type, 'additionalProperties' must be explicitly set to false"
        bad = [word for word in UNSUPPORTED.get(kind, ()) if word in schema]
        if bad:
            listed = f"property '{bad[0]}' is" if len(bad) == 1 else f"properties {', '.join(bad)} are"
            return f"For '{kind}' type, {listed} not supported"
    return next((problem for problem in map(not_structured, inside(schema)) if problem), None)


def fitting(name: str, schema: Mapping[str, Any], known: Mapping[str, Any], text: str) -> Any:
    """A value that fits a property: the known one of that name, else the plainest; `text` for strings."""
    kinds = kinds_of(schema)
    if name in known and (known[name] is not None or "null" in kinds):
        return known[name]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = next((kind for kind in kinds if kind != "null"), "null")
    if kind == "object":
        source = schema if "type" in schema else next(c for c in schema["anyOf"] if "object" in kinds_of(c))
        return {inner: fitting(inner, rule, {}, text) for inner, rule in source.get("properties", {}).items()}
    least = schema.get("minimum", 0)
    plain = {"string": text, "integer": least, "number": least, "boolean": True, "array": []}
    return plain.get(kind)
