"""Nothing of the HTTP API is without a sentence: routes, parameters, fields, headers and codes."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel

from app.web import descriptions
from app.web.openapi import make_document
from app.web.routes import ROUTES
from app.web.schemas.errors import DETAILS
from tests.web.document import parts

DOCUMENT = make_document()
SCHEMAS = DOCUMENT["components"]["schemas"]
MEMBERS = {"error", "code", "details"}  # of an error: what they are is said once, in the schema `Error`
ADD = "app/web/descriptions/{}.md has no {} of"


def fields(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a schema and of those that stand in it, with what is said of it."""
    if isinstance(schema, dict):
        yield from schema["properties"].items() if isinstance(schema.get("properties"), dict) else ()
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from fields(part)


def is_explained(part: dict[str, Any]) -> bool:
    """By a sentence of its own, or by that of the one thing that it is."""
    known = SCHEMAS.get(part.get("$ref", "").rpartition("/")[2], part)
    return bool(part.get("description") or known.get("description") or "const" in part)


def test_every_field_has_a_sentence() -> None:
    lacking = [f"{name}.{field}" for name, schema in SCHEMAS.items() for field, part in fields(schema)
               if not is_explained(part) and not ("Error" in name and field in MEMBERS)]  # fmt: skip
    assert lacking == [], ADD.format("fields", "sentence")


def test_every_route_has_a_section() -> None:
    lacking = [route.name for route in ROUTES if not descriptions.routes().get(route.name)]
    assert lacking == [], ADD.format("routes", "section")
    stale = descriptions.routes().keys() - {route.name for route in ROUTES}
    assert stale == set(), "app/web/descriptions/routes.md speaks of routes that there are not"


def test_every_parameter_header_and_tag_has_a_sentence() -> None:
    components = DOCUMENT["components"]
    operations = {
        f"{verb.upper()} {path}": one for path, item in DOCUMENT["paths"].items() for verb, one in item.items()
    }
    parameters = [*(("", one) for one in components["parameters"].values())]
    parameters += [(f" of {route}", one) for route, operation in operations.items() for one in operation["parameters"]]
    lacking = [one["name"] + of for of, one in parameters if "$ref" not in one and not one.get("description")]
    lacking += [name for name, one in components["headers"].items() if not one["description"]]
    lacking += [one["name"] for one in DOCUMENT["tags"] if not one["description"]]
    assert lacking == [], ADD.format("fields", "sentence") + " (a section there names the parameters' model, or Path)"
    assert [route for route, one in operations.items() if not one["summary"]] == []


def test_every_sentence_is_about_a_field_that_there_is() -> None:
    known = {(name, field) for name, schema in SCHEMAS.items() for field, _ in fields(schema)}
    models: set[type[BaseModel]] = {one for route in ROUTES for one in (route.parameters, route.body) if one}
    models |= {model for model, _ in DETAILS.values()}
    known |= {(model.__name__, field) for model in models for field in model.model_fields}
    known |= {("Path", part[1:-1]) for route in ROUTES for part in route.path.split("/") if part.startswith("{")}
    known |= {("Request header", one["name"]) for one in parts(DOCUMENT) if one.get("in") == "header"}
    known |= {("Response header", name) for name in DOCUMENT["components"]["headers"]}
    stale = []
    for patterns, sentences in descriptions.fields():
        for field, sentence in sentences.items():
            named = (name for name, one in known if one == field and any(fnmatchcase(name, each) for each in patterns))
            if not any(descriptions.of_field(name, field) == sentence for name in named):
                stale.append(f"{', '.join(patterns)}: {field}")
    assert stale == [], "app/web/descriptions/fields.md speaks of fields that there are not"
