"""The OpenAPI document is valid and says what the routes do."""

import json
import re
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import psycopg
from openapi_spec_validator import validate

from app.web.errors import CODES
from app.web.handlers.meta import AHEAD, BEHIND, NO_WORKER
from app.web.openapi import ON_EVERY_RESPONSE, codes_of, document_bytes, make_document
from app.web.route import JSON
from app.web.routes import ROUTES
from tests.conventions.codes_without_a_route import CODES_WITHOUT_A_ROUTE
from tests.web.conftest import Serve
from tests.web.document import parts, resolved


def test_the_document_is_valid_openapi() -> None:
    validate(json.loads(document_bytes()))


def test_the_document_stays_small_enough_to_read() -> None:
    """A third of the 947 kB that it had when every route repeated its errors, parameters and fields."""
    assert len(document_bytes()) <= 316_000


def test_no_request_has_two_routes() -> None:
    assert len({f"{route.method} {route.path}" for route in ROUTES}) == len(ROUTES)


def test_the_document_and_the_table_are_the_same() -> None:
    documented = {(verb.upper(), path) for path, item in make_document()["paths"].items() for verb in item}
    assert documented == {(route.method, route.path) for route in ROUTES}


def test_every_operation_is_described_in_full() -> None:
    document = make_document()
    names = set()
    for path, item in document["paths"].items():
        for operation in item.values():
            names.add(operation["operationId"])
            parameters = [resolved(document, one) for one in operation["parameters"]]
            inside = {one["name"] for one in parameters if one["in"] == "path"}
            assert inside == set(re.findall(r"{(\w+)}", path))
            assert ("429" in operation["responses"]) == (path not in ("/health", "/ready", "/metrics"))
            assert "500" in operation["responses"]
    assert len(names) == len(ROUTES)
    assert all(f"`{header}`" in document["info"]["description"] for header in ON_EVERY_RESPONSE)
    assert set(ON_EVERY_RESPONSE) <= document["components"]["headers"].keys()


def test_every_refusal_names_its_codes() -> None:
    document = make_document()
    for route in ROUTES:
        responses = document["paths"][route.path][route.method.lower()]["responses"]
        named: list[str] = []
        for status in (one for one in responses if one >= "400" and int(one) not in route.other_statuses):
            content = resolved(document, responses[status])["content"]
            forms = resolved(document, content[JSON]["schema"])["properties"]["error"]
            for form in forms.get("oneOf", [forms]):
                code = resolved(document, form)["allOf"][1]["properties"]["code"]
                found = code.get("enum", [code.get("const")])
                assert {CODES[one][0] for one in found} == {int(status)}
                named += found
        assert sorted(named) == sorted(codes_of(route)), route.name


def test_what_is_answered_may_gain_fields_and_what_is_sent_may_not() -> None:
    document = make_document()
    schemas = document["components"]["schemas"]
    assert schemas["NewClass"]["additionalProperties"] is False
    for item in document["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                for name in referred(document, answer):
                    assert schemas[name].get("additionalProperties") is not False, name


def test_every_error_code_is_documented_somewhere() -> None:
    documented = {code for route in ROUTES for code in codes_of(route)} | {"method_not_allowed"}  # of what is no route
    unnamed = set(CODES) - documented - CODES_WITHOUT_A_ROUTE
    assert unnamed == set(), "name it in `codes` of each route that answers with it: app/web/routes.py"
    document = make_document()
    said = document["info"]["description"] + described(document)
    assert [code for code in CODES if code not in CODES_WITHOUT_A_ROUTE and f"`{code}`" not in said] == []


# What programs of clients were promised, as they look for it.
PROMISED = {
    400: "malformed_request invalid_verification_token invalid_reset_token",
    401: "missing_token invalid_token invalid_credentials",
    403: "wrong_role email_not_verified",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "already_submitted submission_pending deadline_passed assignment_locked assignment_not_ready "
    "student_of_others conflict nothing_to_publish no_attempts_left key_only nothing_saved not_checkable "
    "template_follows_rubric case_is_empty case_is_final case_known_already cases_at_most not_revealed_yet "
    "regrade_period_over regrade_request_open too_many_regrade_requests already_decided",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "validation_failed max_score_unclear api_key_missing api_key_rejected takes_known reveal_known "
    "attempts_in_range attempts_need_feedback at_once_needs_answers criteria_add_up question_kind_known bloom_known "
    "kind_fits_assignment prompt_not_blank question_score_in_range question_numbers_in_order too_many_questions "
    "too_many_open_questions guide_missing one_right_option some_right_option pairs_missing lines_missing "
    "accepted_missing gaps_do_not_match levels_end_at_maximum number_unreadable options_alike key_does_not_score "
    "options_at_most answer_fits_question answer_score_in_range score_is_a_level case_needs_ai_kinds tries_at_most "
    "mark_in_range marks_missing model_unknown regrade_text_length decision_needs_answer decision_needs_score "
    "regrade_lowers nothing_answered gift_unreadable class_instructions_not_huge",
    429: "rate_limited too_many_failures",
    500: "internal_error",
    502: "ai_unavailable",
    503: "database_unavailable overloaded",
}


def test_every_code_that_was_promised_stands_in_the_document_with_its_status() -> None:
    """That the document says of each route what `codes_of` does is shown above."""
    documented = {code for route in ROUTES for code in codes_of(route)} | {"method_not_allowed"}  # of what is no route
    promised = {code: status for status, codes in PROMISED.items() for code in codes.split()}
    assert {code: CODES[code][0] for code in promised if code in documented} == promised


def described(document: dict[str, Any]) -> str:
    """What the document says about the responses of its routes."""
    answers = (
        one for item in document["paths"].values() for each in item.values() for one in each["responses"].values()
    )
    return "\n".join(resolved(document, answer)["description"] for answer in answers)


def test_what_several_routes_show_alike_is_written_once() -> None:
    document = make_document()
    written = [json.dumps(one["value"]) for one in document["components"]["examples"].values()]
    for item in document["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    inside = content.get("examples", {"": {"value": content.get("example")}}).values()
                    written += [json.dumps(one["value"]) for one in inside if isinstance(one.get("value"), dict)]
    assert len(written) == len(set(written))


def referred(document: dict[str, Any], part: Any) -> set[str]:
    """The names of all schemas that something is made of."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        for one in parts(waiting.pop()):
            name = str(one.get("$ref", "")).removeprefix("#/components/schemas/")
            if name and name not in found and "/" not in name:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
            elif name.startswith("#/components/responses/"):
                waiting.append(resolved(document, one))
    return found


def test_no_field_of_a_body_has_a_default() -> None:
    """Generators of clients make such a field a required one, and send what the default says: null erases feedback."""
    document = make_document()
    bodies = {name for item in document["paths"].values() for one in item.values()
              for name in referred(document, one.get("requestBody", {}))}  # fmt: skip
    assert {"SubmissionChange", "NewOption", "AcceptedNumber"} <= bodies
    for name in sorted(bodies):
        assert [part for part in parts(document["components"]["schemas"][name]) if "default" in part] == [], name


def test_every_bound_is_written_in_the_words_of_json_schema() -> None:
    words = {name for part in parts(make_document()) for name in part}
    assert {"minimum", "maximum", "maxLength"} <= words
    assert words & {"ge", "le", "gt", "lt", "min_length", "max_length"} == set()


def test_the_sentence_of_every_code_is_said_once() -> None:
    document = make_document()
    form = document["components"]["schemas"]["Error"]["properties"]["error"]["allOf"][1]
    said = form["properties"]["code"]["description"]
    assert [code for code, (_, sentence) in CODES.items() if f"- `{code}`: {sentence}" not in said.split("\n")] == []
    assert said.count("\n- ") == len(CODES)


def test_a_schema_has_one_name_in_every_client() -> None:
    """What several operations answer has a name: generators would make a class for each operation of it."""
    document = make_document()
    for name, answer in document["components"]["responses"].items():
        forms = [content["schema"] for kind, content in answer.get("content", {}).items() if kind == JSON]
        assert all(form.keys() == {"$ref"} for form in forms), name
    known = [schema for name, schema in document["components"]["schemas"].items() if "Error" not in name]
    words = [part["enum"] for schema in known for part in parts(schema) if "enum" in part and part is not schema]
    assert [found for found in words if words.count(found) > 1 and found != ["choice", "choices"]] == []


async def test_the_document_and_its_page_reach_no_other_host(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        document = await toy.client.get("/openapi.json")
        assert document.json()["openapi"] == "3.1.0"
        assert document.num_bytes_downloaded < 60_000  # in gzip
        plain = await toy.client.get("/openapi.json", headers={"Accept-Encoding": "identity"})
        assert (plain.content, plain.headers["vary"]) == (document.content, "Accept-Encoding")
        for none in ("gzip;q=0", "br, gzip;q=0.0", "x-gzip", "*;q=0"):
            answer = await toy.client.get("/openapi.json", headers={"Accept-Encoding": none})
            assert (answer.content, "content-encoding" in answer.headers) == (document.content, False)
        page = await toy.client.get("/docs")
        assert page.num_bytes_downloaded < 700_000
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "validatorUrl: null" in page.text
        assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page.text)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
        html = await toy.client.get("/auth/password/reset?token=abc", headers={"Accept": "text/html"})
        assert "<form>" in html.text


async def test_health_is_always_well_and_ready_says_what_is_not(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        assert (await toy.client.get("/health")).json() == {"ok": True}
        async with toy.client.stream("GET", "/health") as answer:
            assert answer.status_code == 200
        for _ in range(200):
            ready = await toy.client.get("/ready")
            if ready.status_code == 200:
                break
        said = ready.json()
        assert (said["ok"], said["notes"], said["version"]) == (True, [NO_WORKER], version("assay"))
        assert said["checks"] == {"database": True, "migrations": True, "listener": True}
        toy.state.schema = "behind"
        ready = await toy.client.get("/ready")
        assert (ready.status_code, ready.json()["checks"]["migrations"]) == (503, False)
        assert ready.json()["notes"] == [BEHIND, NO_WORKER]
        toy.state.schema = "ahead"
        ready = await toy.client.get("/ready")
        assert (ready.status_code, ready.json()["notes"]) == (200, [AHEAD, NO_WORKER])


async def test_ready_is_503_without_a_database(serve: Serve) -> None:
    async with serve(ROUTES, url="postgresql://nobody@127.0.0.1:9/none") as toy:
        ready = await toy.client.get("/ready")
        assert ready.status_code == 503
        assert not ready.json()["ok"]
        assert ready.json()["checks"] == {"database": False, "migrations": False, "listener": False}
        assert ready.json()["workers"] is None
        assert (await toy.client.get("/health")).status_code == 200


async def test_a_database_without_the_roles_answers_and_is_behind(serve: Serve, db: str) -> None:
    login = f"outsider_{uuid4().hex}"
    with psycopg.connect(db, autocommit=True) as admin:
        admin.execute(f"create role {login} login".encode())
        try:
            async with serve(ROUTES, url=db.replace("//postgres@", f"//{login}@")) as toy:
                ready = await toy.client.get("/ready")
                assert (ready.status_code, ready.json()["notes"]) == (503, [BEHIND])
                assert ready.json()["checks"] == {"database": True, "migrations": False, "listener": False}
        finally:
            admin.execute(f"drop role {login}".encode())
