"""From an address to its route: a tree of path segments, walked once a request.

It stands among Starlette's routes as one of them. Starlette's own router tries the expression of each route in turn,
which costs a request to the last of ours some 40 microseconds (docs/decisions).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args
from uuid import UUID

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from app.ai.models import PROVIDERS
from app.web.route import Route
from app.web.route import Scope as RateScope


class PathParameter(NamedTuple):
    """What a parameter of a path may be (anything else is an address that does not exist), and its JSON schema."""

    form: re.Pattern[str]
    read: Callable[[str], Any]
    schema: dict[str, Any]


def one_of(name: str, values: tuple[str, ...]) -> PathParameter:
    """One of some words, which fields do as well: `name` is their schema."""
    return PathParameter(re.compile("|".join(values)), str, {"$ref": f"#/components/schemas/{name}"})


ID = PathParameter(
    re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"), UUID, {"type": "string", "format": "uuid"}
)
# Those that are not named here are ids.
PATH_PARAMETERS: Mapping[str, PathParameter] = {
    "number": PathParameter(re.compile("[1-9][0-9]{0,2}"), int, {"type": "integer", "minimum": 1, "maximum": 999}),
    "provider": one_of("Provider", PROVIDERS),
    "scope": one_of("Scope", get_args(RateScope)),
}


@dataclass(slots=True)
class Node:
    """One segment: what may follow it, and the applications that end here by method (HEAD included)."""

    named: dict[str, "Node"] = field(default_factory=dict)
    variable: "Node | None" = None
    name: str = ""  # of the parameter
    parameter: PathParameter = ID
    by_method: dict[str, ASGIApp] = field(default_factory=dict)

    @property
    def allow(self) -> str:
        """The methods that this address takes."""
        return ", ".join([*sorted(self.by_method), "OPTIONS"])


class RouteTree(BaseRoute):
    """Matches every request: with the application of its route, or with `otherwise`, which says that there is none.

    For `otherwise`, `allow` in the scope has the methods of the address; empty when there is no such address.
    """

    def __init__(self, applications: Iterable[tuple[Route, ASGIApp]], otherwise: ASGIApp) -> None:
        self.root, self.otherwise = Node(), otherwise
        for route, application in applications:
            node = self.root
            for segment in route.path.split("/")[1:]:
                node = _child(node, segment)
            node.by_method[route.method] = application
            if route.reads:
                node.by_method["HEAD"] = application

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        node, parameters = self.find(scope["path"])
        application = node.by_method.get(scope["method"]) if node else None
        if application is None:
            allow = node.allow if node and node.by_method else ""
            return Match.FULL, {"endpoint": self.otherwise, "path_params": {}, "allow": allow}
        return Match.FULL, {"endpoint": application, "path_params": parameters}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["endpoint"](scope, receive, send)

    def find(self, path: str) -> tuple[Node | None, dict[str, Any]]:
        """The node of a path, None when there is no such address, and its parameters."""
        node, parameters = self.root, {}
        for segment in path.split("/")[1:]:
            following = node.named.get(segment)
            if following is None:
                following = node.variable
                if following is None or not following.parameter.form.fullmatch(segment):
                    return None, {}
                parameters[following.name] = following.parameter.read(segment)
            node = following
        return node, parameters


def _child(node: Node, segment: str) -> Node:
    if not segment.startswith("{"):
        return node.named.setdefault(segment, Node())
    name = segment[1:-1]
    node.variable = node.variable or Node(name=name, parameter=PATH_PARAMETERS.get(name, ID))
    return node.variable
