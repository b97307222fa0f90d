"""Query files become statements; every route finds its own."""

from pathlib import Path

import pytest

from app.db.queries import load, read, shipped_queries
from app.web.route import Route
from app.web.routes import ROUTES
from app.web.schemas.requests import Paging

ALSO = {"auth/read_login", "auth/list_rate_limits", "auth/read_readiness", "operator/create_teacher"}
ALSO |= {
    "teacher/read_gradebook_csv",
    "teacher/import_questions",
    "auth/read_caller",
    "auth/answer_once",
    "auth/read_my_hash",
    "auth/read_figures",
}
# What is asked of PostgreSQL itself: by connections, and by assay doctor.
ALSO |= {
    f"server/{name}"
    for name in [
        "read_session",
        "has_backend",
        "list_channels",
        "read_server",
        "read_roles",
        "read_logins",
        "read_operator",
        "read_synchronous_standbys",
        "commit_nothing",
        "read_database_privileges",
        "count_listeners",
        "notify",
        "read_clock",
        "read_system",
        "read_written_position",
        "has_replayed",
    ]
}
ALSO |= {"auth/read_session", "auth/note_write", "auth/read_replay_position", "auth/read_log_position"}
OF_PYTHON = {
    "stated_maximum",
    "template_totals",
    "link_digest",
    "sealed_link",
    "token_digest",
    "password_hash",
    "account_id",
    "new_hash",
    "sealed",
    "last4",
    "calls_per_day",
    "name",
    "email",
    "traceparent",
}


def test_a_file_is_a_statement_with_its_first_comment_and_numbered_parameters(tmp_path: Path) -> None:
    file = tmp_path / "student" / "do_it.sql"
    file.parent.mkdir()
    file.write_text(
        "-- GET /it: what's asked\n--   :b text   :a text\nselect :b::text || ':c' || :a, :b -- it's\n  from \"x:y\";\n"
    )
    query = read(tmp_path, file)
    assert (query.name, query.parameters) == ("student/do_it", ("b", "a"))
    assert query.sql.startswith("-- GET /it: what's asked\nselect $1::text || ':c' || $2, $1")
    assert query.arguments({"a": 1, "b": 2, "token": 3}) == [2, 1]
    with pytest.raises(KeyError):
        query.arguments({"a": 1})


def test_a_folder_without_queries_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path)


def test_every_route_has_its_query_file_and_every_file_a_user() -> None:
    queries = shipped_queries()
    asked = {name for route in ROUTES for name in (route.query, route.outcome) if name} | ALSO
    assert asked <= queries.keys()
    assert {name for name in queries if not name.startswith(("worker/", "operator/"))} <= asked


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.query], ids=lambda route: f"{route.method} {route.path}"
)
def test_a_query_asks_for_nothing_that_its_route_does_not_know(route: Route) -> None:
    known = {part[1:-1] for part in route.path.split("/") if part.startswith("{")} | OF_PYTHON | {"token_digest"}
    known |= set((route.parameters or Paging).model_fields) if route.parameters else set()
    known |= {"content", "body"} if route.body else set()
    known |= {"if_match"} if route.if_match else set()
    assert set(shipped_queries()[route.query].parameters) <= known
