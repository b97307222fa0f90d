"""A second server process, as `assay serve` is by default, with simulated services inside; then too many requests."""

from collections.abc import Callable

from tests.contract.build import wait_for
from tests.contract.driver import Answer, Session
from tests.contract.routes import ADDED, LATER, ROUTES, Route
from tests.contract.session import accounts, cases, classes, disputes, everywhere, quizzes, rubrics
from tests.contract.session.assignments import INSTRUCTIONS, NEW
from tests.contract.session.everywhere import caller, path_of

# Whom the limits are tried on: an address and a person of their own.
AWAY = {"X-Forwarded-For": "203.0.113.7"}
ALWAYS = ("/health", "/ready")  # answered however often they are asked


def play(session: Session) -> None:
    """Grades once, marks by rubrics and in quizzes, compares, then refuses by scope."""
    processes = session.processes
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "CORS_ORIGINS"):
        del processes.variables[name]
    server = processes.start("second server", "serve", "--port", str(session.port))
    wait_for(session.port, "/ready", server)
    session.ask("second server: ready", "GET /ready")
    session.ask("second server: a session lives on", "GET /auth/me", "ann")
    ids = session.ids
    body = {"instructions": INSTRUCTIONS, "deadline": LATER, "class_id": ids["class"]}
    made = session.ask("second server: an assignment", NEW, "tove", json_body=body)
    ids["assignment"] = made["assignment"]["id"]
    path = f"/student/assignments/{ids['assignment']}/submission"
    session.ask("second server: a text", f"POST {path}", "ann", json_body={"content": "Gold. [[sim:score=5]]"})
    classes.of_two_teachers(session)
    rubrics.play(session)
    quizzes.play(session)
    disputes.play(session)
    cases.play(session)
    accounts.own(session)
    everywhere.each_of(session, ADDED)
    _limits(session)
    session.ended("the second server ends", ("serve",), "second server", processes.end(server))


def refused(answer: Answer) -> bool:
    return answer.status == 429


def _limits(session: Session) -> None:
    """Each scope gets a limit of two a minute, `write` last, since limits are changed by writing."""
    session.ask("limits: as they are", "GET /teacher/rate-limits", "tyra")
    wrong = {"email": "nobody@school.example", "password": "wrong"}
    session.ask("limits: one account", "POST /auth/login", json_body=wrong, headers=AWAY, until=refused)
    for scope in ("auth", "read", "ai", "write"):
        changed = {"limit": "2/minute"}
        session.ask(f"limits: {scope}", f"PUT /teacher/rate-limits/{scope}", "tyra", json_body=changed)
        routes = [route for route in (*ROUTES, *ADDED) if route.scope == scope]
        limited = [route for route in routes if route.path not in ALWAYS]
        for route in limited:
            _too_often(session, route, refused)
        for route in (one for one in routes if one not in limited):
            _too_often(session, route, None)
    session.ask("limits: several", "GET /teacher/rate-limits", "tyra")


def _too_often(session: Session, route: Route, until: Callable[[Answer], bool] | None) -> None:
    line = f"{route.method} {path_of(session, route)}"
    session.ask(
        f"{route.line}: too often", line, caller(route), json_body=route.body, query=route.query, headers=AWAY,
        until=until,
    )  # fmt: skip
