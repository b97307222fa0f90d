"""From an address to its routes: a tree of path segments, walked once a request."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.web.routes import Route

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
# What a path parameter may be; anything else is an address that does not exist.
FORMS = {"provider": re.compile("openai|anthropic"), "scope": re.compile("auth|read|write|ai")}


@dataclass(slots=True)
class Node:
    """One segment: what may follow it, and the routes that end here by method (HEAD included)."""

    named: dict[str, "Node"] = field(default_factory=dict)
    open: "Node | None" = None
    parameter: str = ""
    form: re.Pattern[str] = UUID
    routes: dict[str, Route] = field(default_factory=dict)
    allow: bytes = b""


def tree_of(routes: Iterable[Route]) -> Node:
    """The tree of a table of routes."""
    root = Node()
    for route in routes:
        node = root
        for segment in route.path.split("/")[1:]:
            if segment.startswith("{"):
                name = segment[1:-1]
                if node.open is None:
                    node.open = Node(parameter=name, form=FORMS.get(name, UUID))
                node = node.open
            else:
                node = node.named.setdefault(segment, Node())
        node.routes[route.verb] = route
        if route.reads:
            node.routes["HEAD"] = route
        node.allow = ", ".join([*sorted(node.routes), "OPTIONS"]).encode()
    return root


def find(root: Node, path: str) -> tuple[Node, dict[str, str]] | None:
    """The node of a path, and its parameters; None when there is no such address."""
    node, parameters = root, {}
    for segment in path.split("/")[1:]:
        following = node.named.get(segment)
        if following is None:
            following = node.open
            if following is None or not following.form.fullmatch(segment):
                return None
            parameters[following.parameter] = segment
        node = following
    return (node, parameters) if node.routes else None
