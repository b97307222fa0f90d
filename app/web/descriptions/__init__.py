"""What the OpenAPI document says of each route, parameter and field, in sentences: the Markdown files of this folder.

A section of `routes.md` is one route. A section of `fields.md` is one or several models, by patterns such as
`*Question`; of a field that several sections name, the first in the file speaks.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

ENTRY = re.compile(r"^- `([^`]+)`: (.+)$", re.M)


@cache
def sections(name: str) -> tuple[tuple[str, str], ...]:
    """Heading and text of each section of a file, in order."""
    text = files("app.web.descriptions").joinpath(f"{name}.md").read_text("utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.M)[1:]
    return tuple((heading.strip(), body.strip()) for heading, body in zip(parts[::2], parts[1::2], strict=True))


@cache
def routes() -> Mapping[str, str]:
    """What is to be said of a route, by its name (`GET /auth/me`)."""
    return dict(sections("routes"))


@cache
def fields() -> tuple[tuple[tuple[str, ...], Mapping[str, str]], ...]:
    """Patterns of models, and the sentences of their fields."""
    return tuple(
        (tuple(pattern.strip() for pattern in heading.split(",")), dict(ENTRY.findall(body)))
        for heading, body in sections("fields")
    )


def of_field(model: str, field: str) -> str | None:
    """The sentence of a field of a model; None when there is none."""
    for patterns, sentences in fields():
        if field in sentences and any(fnmatchcase(model, pattern) for pattern in patterns):
            return sentences[field]
    return None
