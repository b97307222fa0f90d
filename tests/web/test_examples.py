"""The examples of the OpenAPI document: each request is sent to a running assay, and each answer is what came back.

    ASSAY_WRITE=1 python -m pytest -n 0 tests/web/test_examples.py

writes app/web/schemas/examples.json anew from the walk of tests/web/examples.py.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS31Validator

from app.web.openapi import make_document
from app.web.openapi_examples import EXAMPLES
from app.web.route import JSON
from app.web.routes import ROUTES
from tests.web.conftest import Assay
from tests.web.document import parts, resolved
from tests.web.examples import as_written, form, settled, shows_a_body, walk

FILE = Path(__file__).resolve().parents[2] / "app/web/schemas/examples.json"


async def test_every_request_is_answered_as_its_example_says(assay: Assay) -> None:
    made = settled(await walk(assay))
    if os.environ.get("ASSAY_WRITE"):
        FILE.write_text(as_written(made), "utf-8")
        return
    assert made.keys() == EXAMPLES.keys()
    for line, examples in made.items():
        assert form(examples) == form(EXAMPLES[line]), line


def test_every_route_with_a_body_has_examples() -> None:
    written = json.loads(FILE.read_text("utf-8"))
    lacking = {route.name for route in ROUTES if shows_a_body(route)} - written.keys()
    assert lacking == set(), "make its request in the walk of tests/web/examples.py, and write the file anew"
    for route in ROUTES:
        if route.body and JSON in route.consumes:
            assert any("request" in one for one in written[route.name].values()), route.name


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Where it stands, its schema, and its value: each example of the document that is JSON."""
    document = make_document()
    for name, schema in document["components"]["schemas"].items():
        yield from ((name, part, value) for part in parts(schema) for value in part.get("examples", ()))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for one in (operation.get("requestBody", {}), *operation["responses"].values()):
                content = one.get("content", {}).get(JSON, {})
                if "example" in content:
                    yield f"{method} {path}", content["schema"], content["example"]
                for name, example in content.get("examples", {}).items():
                    value = resolved(document, example)["value"]
                    yield f"{method} {path}: {name}", content["schema"], value


def test_every_example_fits_its_schema() -> None:
    components = {"components": make_document()["components"]}
    validators: dict[str, OAS31Validator] = {}
    seen = 0
    for where, schema, value in examples():
        key = str(schema)
        if key not in validators:
            validators[key] = OAS31Validator({**schema, **components}, format_checker=OAS31Validator.FORMAT_CHECKER)
        assert [error.message for error in validators[key].iter_errors(value)] == [], where
        seen += 1
    assert seen > 150


def test_a_question_is_told_apart_by_its_kind() -> None:
    schemas = make_document()["components"]["schemas"]
    for name, kinds in (("NewQuestion", 7), ("Question", 9)):
        told = schemas[name]["discriminator"]
        assert told["propertyName"] == "kind"
        assert len(told["mapping"]) >= kinds, told
