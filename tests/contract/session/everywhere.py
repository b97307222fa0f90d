"""What every route refuses in the same way: by caller, by method, by media type, by size, by form."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.contract.driver import Session
from tests.contract.routes import CSV, EVENTS, HTML, JSON, PLAIN, ROUTES, UNKNOWN, VERSIONED, Route

ORIGIN = {"Origin": "https://app.example"}
OTHERS = {"student": "tove", "teacher": "ann"}
METHODS = ("PUT", "PATCH", "DELETE", "POST", "GET")
BIG = "x" * 200_001


def play(session: Session) -> None:
    """Nothing of this changes anything."""
    session.tokens["nobody"] = "x" * 42
    each_of(session, ROUTES)
    _around(session)
    _origins(session)


def each_of(session: Session, routes: Iterable[Route]) -> None:
    """What each of these routes refuses."""
    for route in routes:
        if route.who == "nobody":
            _ask(session, "by anybody", route, "")
        _callers(session, route)
        _media(session, route)
        _addresses(session, route)
        _forms(session, route)
        _versions(session, route)
    _methods(session, routes)


def path_of(session: Session, route: Route, **changed: str) -> str:
    """Its path with ids of what Tove has."""
    ids = {**session.ids, "student": session.ids["ann"], "provider": "openai", "scope": "auth", **changed}
    if route.who == "teacher":
        ids["job"] = changed.get("job", session.ids["template job"])
    return route.path.format_map(ids)


def caller(route: Route) -> str:
    return {"student": "ann", "teacher": "tove", "any": "ann"}.get(route.who, "")


def _ask(session: Session, step: str, route: Route, by: str, path: str = "", **more: Any) -> None:
    """The route's good request, but for what is given."""
    given: dict[str, Any] = {} if "?" in path else {"query": route.query}
    if route.body is not None and not more.keys() & {"json_body", "text"}:
        if JSON in route.takes:
            given["json_body"] = route.body
        else:
            given |= {"text": route.body["content"], "headers": {"Content-Type": PLAIN}}
    headers = {**given.pop("headers", {}), **more.pop("headers", {})}
    line = f"{route.method} {path or path_of(session, route)}"
    session.ask(f"{route.line}: {step}", line, by, **{**given, **more}, headers=headers)


def _callers(session: Session, route: Route) -> None:
    if route.who == "nobody":
        return
    _ask(session, "without a token", route, "")
    _ask(session, "with a token that is none", route, "nobody")
    if other := OTHERS.get(route.who):
        _ask(session, "in the wrong role", route, other)
    if route.own:
        _ask(session, "of a colleague", route, "ture")


def _versions(session: Session, route: Route) -> None:
    """What is known is not sent again; what has changed meanwhile is not overwritten."""
    if route.line in VERSIONED and route.method == "GET":
        _ask(session, "which is known", route, caller(route), headers={"If-None-Match": "*"})
    elif route.line in VERSIONED:
        _ask(session, "of another version", route, caller(route), headers={"If-Match": '"another"'})


def _media(session: Session, route: Route) -> None:
    if route.gives:
        _ask(session, "answered in XML", route, caller(route), headers={"Accept": "application/xml"})
    if route.body is None:
        return
    kinds = ("application/xml", "application/x-www-form-urlencoded", "text/html", *({JSON, PLAIN} - set(route.takes)))
    for kind in sorted(kinds):
        _ask(session, f"sends {kind}", route, caller(route), text="x", headers={"Content-Type": kind})
    _ask(session, "sends no media type", route, caller(route), text="x", headers={"Content-Type": ""})
    for kind in route.takes:
        _ask(session, f"sends too much {kind}", route, caller(route), text=BIG, headers={"Content-Type": kind})


def _addresses(session: Session, route: Route) -> None:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    for name in names:
        if name not in ("provider", "scope"):
            _ask(session, f"unknown {name}", route, caller(route), path_of(session, route, **{name: UNKNOWN}))
        _ask(session, f"no {name}", route, caller(route), path_of(session, route, **{name: "none"}))


def _forms(session: Session, route: Route) -> None:
    if route.body is None:
        if route.bad:
            _ask(session, "a query that is not UTF-8", route, caller(route), f"{path_of(session, route)}?limit=%ff")
        for name, values in route.bad.items():
            for value in values:
                query = {**route.query, name: value}
                _ask(session, f"{name} of {_named(value)}", route, caller(route), query=query)
        for name in route.query:
            _ask(session, f"without {name}", route, caller(route), query={})
        return
    if JSON not in route.takes:
        _ask(session, "Latin-1", route, caller(route), text=b"\xe5", headers={"Content-Type": PLAIN})
        return
    by = caller(route)
    for step, text in {"half": "{", "Latin-1": b'{"x": "\xe5"}', "empty": ""}.items():
        _ask(session, f"{step} JSON", route, by, text=text, headers={"Content-Type": JSON})
    forms: dict[str, Any] = {"a list": [], "null": None, "an unknown field": {**route.body, "colour": "red"}}
    for step, body in forms.items():
        _ask(session, f"sends {step}", route, by, text=json.dumps(body), headers={"Content-Type": JSON})
    for name, values in route.bad.items():
        for value in values:
            _ask(session, f"{name} of {_named(value)}", route, by, json_body={**route.body, name: value})
        if name in route.body and (len(route.body) > 1 or route.method == "POST"):
            without = {other: value for other, value in route.body.items() if other != name}
            _ask(session, f"without {name}", route, by, json_body=without)


def _named(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 40 else f"{len(text)} characters"


def by_path(routes: Iterable[Route]) -> Mapping[str, list[Route]]:
    found: dict[str, list[Route]] = {}
    for route in routes:
        found.setdefault(route.path, []).append(route)
    return found


def _methods(session: Session, routes: Iterable[Route]) -> None:
    """HEAD of all that can be read, OPTIONS, and one method that an address does not take."""
    for template, here in by_path(routes).items():
        one = here[0]
        path, by = path_of(session, one), caller(one)
        known = {route.method for route in here}
        wrong = next(method for method in METHODS if method not in known)
        session.ask(f"{template}: {wrong}", f"{wrong} {path}", by)
        session.ask(f"{template}: OPTIONS", f"OPTIONS {path}")
        if "GET" in known and template != "/auth/verify":
            session.ask(f"{template}: HEAD", f"HEAD {path}", by, query=one.query)
            session.ask(f"{template}: HEAD, by nobody", f"HEAD {path}", query=one.query)


def _around(session: Session) -> None:
    """What is no route, and what no route is asked for."""
    for step, line in {
        "no address": "GET /gold", "no address, by POST": "POST /gold", "a slash more": "GET /auth/me/",
        "an address in capitals": "GET /AUTH/ME", "two slashes": "GET //auth/me", "the root": "GET /",
    }.items():  # fmt: skip
        session.ask(f"nothing there: {step}", line, "ann")
    session.raw("bytes that are not HTTP", b"once upon a time\r\n\r\n")
    session.ask("query: twice", "GET /teacher/students?limit=1&limit=2", "tove")
    for kind in (CSV, EVENTS, HTML, PLAIN, "*/*;q=0", "application/*", "text/*, application/json;q=0.1"):
        session.ask(f"accept: {kind}", "GET /auth/me", "ann", headers={"Accept": kind})


def _origins(session: Session) -> None:
    """Pages of an allowed origin, and of another."""
    ask = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization, content-type"}
    for step, origin in {"allowed": ORIGIN, "another": {"Origin": "https://evil.example"}}.items():
        session.ask(f"origin: {step}", "GET /auth/me", "ann", headers=origin)
        session.ask(f"origin: {step}, refused", "GET /auth/me", headers=origin)
        session.ask(f"origin: {step}, preflight", "OPTIONS /teacher/api-keys/openai", headers={**origin, **ask})
        session.ask(f"origin: {step}, preflight of nothing", "OPTIONS /gold", headers={**origin, **ask})
