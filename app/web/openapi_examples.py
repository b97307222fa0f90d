"""The examples of the OpenAPI document: what is sent, and what is answered, once in each of its forms.

They are made and checked by tests/web/test_examples.py.
"""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from app.web.openapi_schemas import Schema, names_of
from app.web.route import CSV, GIFT, JSON, PLAIN, Route

# By route and name: what is sent, the status, and the answer.
EXAMPLES: Mapping[str, Mapping[str, Schema]] = json.loads(
    files("app.web.schemas").joinpath("examples.json").read_text("utf-8")
)


def of_request(route: Route, kind: str) -> Schema:
    """Of what is sent in this media type."""
    values = {name: one.get("request") for name, one in EXAMPLES.get(route.name, {}).items()}
    return _written({name: value for name, value in values.items() if value is not None and _type(value, name) == kind})


def of_answer(route: Route, kind: str, status: int) -> Schema:
    """Of what is answered with this status: the first one of each form."""
    by_form: dict[Any, tuple[str, Any]] = {}
    for name, one in EXAMPLES.get(route.name, {}).items():
        if "answer" in one and one["status"] == status and _type(one["answer"], name) == kind:
            by_form.setdefault(_form(one["answer"]), (name, _shortened(one["answer"])))
    return _written(dict(by_form.values()))


def share(operations: Iterable[Schema]) -> dict[str, Schema]:
    """What several responses show in one form of one schema, by a name; in them stands a reference to it."""
    responses = (response for operation in operations for response in operation["responses"].values())
    shown = [
        (content, name, value, _which(content, value))
        for response in responses
        for content in response.get("content", {}).values()
        if "$ref" in content["schema"]
        for name, value in _values(content).items()
    ]
    names = names_of((model, (model, form)) for _, _, _, (model, form) in shown)
    found: dict[str, Schema] = {}
    for content, name, value, which in shown:
        if which in names:
            found.setdefault(names[which], {"value": value})
            reference = {"$ref": f"#/components/examples/{names[which]}"}
            content["examples"] = content.get("examples", {}) | {name: reference}
            content.pop("example", None)
    return found


def _which(content: Schema, value: Any) -> tuple[str, Any]:
    """The name of the schema, and the form."""
    return content["schema"]["$ref"].rpartition("/")[2], _form(value)


def _values(content: Schema) -> dict[str, Any]:
    """The examples of a media type by name."""
    if "example" in content:
        return {"usual": content["example"]}
    return {name: one["value"] for name, one in content.get("examples", {}).items()}


def _written(values: Mapping[str, Any]) -> Schema:
    """One without a name, several by their names."""
    if len(values) == 1:
        return {"example": next(iter(values.values()))}
    return {"examples": {name: {"value": value} for name, value in values.items()}} if values else {}


def _type(value: Any, name: str) -> str:
    """The media type of what was sent or answered."""
    if not isinstance(value, str):
        return JSON
    return name if name in (GIFT, CSV) else PLAIN


def _shortened(answer: Any) -> Any:
    """The same with one of each list of things, and a second one that has other fields; the file has all."""
    if isinstance(answer, dict):
        return {name: _shortened(part) for name, part in answer.items()}
    if isinstance(answer, list) and answer and all(isinstance(part, dict) for part in answer):
        others = [one for one in answer if one.keys() != answer[0].keys()]
        return [_shortened(part) for part in (answer[0], *others[:1])]
    return answer


def _form(value: Any) -> Any:
    """The names of the fields of a value, and of all that stands in it; whether one of them is null does not matter."""
    if isinstance(value, dict):
        return tuple((name, _form(part)) for name, part in value.items())
    return frozenset(map(_form, value)) if isinstance(value, list) else None
