"""Every error has one shape, and says nothing that it should not."""

import asyncio
import logging
from typing import Any

import httpx2
import psycopg
import pytest
from pydantic import Field
from starlette.responses import Response

from app.db.database import READERS
from app.web.errors import CODES
from app.web.handlers.meta import ready
from app.web.handlers.query import download
from app.web.request import Request
from app.web.route import JSON, PLAIN
from app.web.schemas.fields import Name, Password, RequestModel, Time
from app.web.schemas.requests import Paging
from tests.web.conftest import TEXT_BODY, Serve, toy_route
from tests.web.envelope import error_of

ID = "00000000-0000-7000-8000-000000000000"
BEARER = {"Authorization": "Bearer x"}


class Thing(RequestModel):
    name: Name
    password: Password
    when: Time
    size: int = Field(ge=1)


async def broken(request: Request) -> Response:
    raise KeyError("sw0rdfish")


ROUTES = (
    toy_route("GET", "/things", "list", parameters=Paging),
    toy_route("POST", "/things", "add", scope="write", body=Thing),
    toy_route("GET", "/things/{thing_id}", "none", audience="account"),
    toy_route("DELETE", "/things/{thing_id}", "none", scope="write", status=204, audience="account"),
    toy_route("POST", "/text", "text", scope="write", consumes=(PLAIN, JSON), **TEXT_BODY),
    toy_route("GET", "/file", "file", handler=download, produces=(PLAIN,)),
    toy_route("GET", "/broken", handler=broken),
    toy_route("GET", "/refused", "refused"),
    toy_route("GET", "/others", "others"),
    toy_route("GET", "/failures", "failures"),
    toy_route("GET", "/twice", "twice", scope="write"),
    toy_route("GET", "/small", "small", scope="write"),
    toy_route("GET", "/fault", "fault", scope="write"),
    toy_route("GET", "/missing", "missing", scope="write"),
)
QUERIES = {
    "student/list": "select json_build_object('items', array[:limit::int], 'next_cursor', :cursor::text)",
    "student/add": "select :body::json",
    "student/none": "select '{}'::json where :thing_id::uuid is null and :token_digest::bytea is null",
    "student/text": "select json_build_object('bytes', octet_length(:content))",
    "student/file": "select 'Räksmörgås 1.txt', 'smörgås'",
    "student/refused": "select toy.refuse(409, 'already_submitted', 'No.', '{\"submission_id\": \"7\"}')",
    "student/others": "select toy.refuse(409, 'student_of_others', 'Two others.', '{\"teachers\": 2}')",
    "student/failures": "select toy.refuse(429, 'too_many_failures', 'Tomorrow.', '{\"retry_after\": 60}')",
    "student/twice": "insert into toy.things values ('sw0rdfish', 1), ('sw0rdfish', 1) returning '{}'::json",
    "student/small": "insert into toy.things values ('sw0rdfish', 0) returning '{}'::json",
    "student/fault": "select (1 / (random()::int * 0))::text",
    "student/missing": "select * from toy.nothing_here",
}


async def test_an_address_that_does_not_exist_is_not_found(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        for path in ("/", "/nothing", "/things/", "/things/7", f"/things/{ID}/more", "/%00", "//things"):
            error_of(await toy.client.get(path, headers=BEARER), 404, "not_found")


async def test_what_has_no_row_is_not_found(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        error_of(await toy.client.get(f"/things/{ID}", headers=BEARER), 404, "not_found")
        assert (await toy.client.delete(f"/things/{ID}", headers=BEARER)).status_code == 204


async def test_another_method_names_those_that_are_allowed(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.patch("/things")
        error_of(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
        answer = await toy.client.options("/things")
        assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


async def test_a_token_is_needed_where_a_route_is_not_public(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
            answer = await toy.client.get(f"/things/{ID}", headers=headers)
            error_of(answer, 401, "missing_token")
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("accept", "status"),
    [("text/html", 406), ("application/json;q=0", 406), ("application/*", 200), ("text/html, */*;q=0.1", 200)],
)
async def test_media_types_are_negotiated(serve: Serve, accept: str, status: int) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.get("/things", headers={"Accept": accept})
        assert answer.status_code == status
        if status == 406:
            error_of(answer, 406, "not_acceptable")


async def test_what_is_accepted_may_stand_on_several_lines(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        lines = [("Accept", "application/json"), ("Accept", "text/html")]
        bare = httpx2.AsyncClient(base_url=toy.client.base_url, trust_env=False, headers={})
        bare.headers.clear()
        async with bare:
            assert (await bare.get("/things", headers=lines)).status_code == 200
            assert (await bare.get("/things", headers=lines[1:])).status_code == 406


async def test_a_body_of_another_type_is_unsupported(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        for kind in ("text/plain", "application/json; charset=latin-1", "application/x-www-form-urlencoded", ""):
            answer = await toy.client.post("/things", content=b"{}", headers={"Content-Type": kind})
            error_of(answer, 415, "unsupported_media_type")
        answer = await toy.client.post(
            "/things", content=b"{}", headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
        )
        error_of(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"name": "\xff"}', b'{"name": "\\ud800"}', b"[" * 5000])
async def test_a_body_that_is_not_json_is_malformed(serve: Serve, body: bytes) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.post("/things", content=body, headers={"Content-Type": "application/json"})
        error_of(answer, 400, "malformed_request")


async def test_text_that_is_not_utf8_is_malformed(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.post("/text", content=b"\xe5ngstr\xf6m", headers={"Content-Type": "text/plain"})
        error_of(answer, 400, "malformed_request")
        error_of(await toy.client.get("/things?cursor=%ff"), 400, "malformed_request")


@pytest.mark.parametrize("body", [b'{"size": 1, "size": 2}', b'{"name": "x", "n\\u0061me": "y"}'])
async def test_a_body_that_says_something_twice_is_malformed(serve: Serve, body: bytes) -> None:
    whole = b'{"name": "x", "password": "x", "when": "2030-01-01T00:00:00Z", "size": 1'
    async with serve(ROUTES, QUERIES) as toy:
        sent = whole + b", " + body[1:]
        answer = await toy.client.post("/things", content=sent, headers={"Content-Type": "application/json"})
        error_of(answer, 400, "malformed_request")
        error_of(await toy.client.get("/things?limit=1&limit=2"), 400, "malformed_request")


async def test_errors_of_the_same_second_stand_in_the_log_each_with_its_id(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.web.errors")
    names = [f"find-me-{number}" for number in range(20)]
    async with serve(ROUTES, QUERIES) as toy:
        for name in names:
            await toy.client.get("/nothing", headers={"X-Request-ID": name})
    said = [record for record in caplog.records if "404 not_found" in record.getMessage()]
    assert len(said) == len(names)


async def test_each_wrong_field_is_named_and_nothing_is_echoed(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        wrong = {
            "name": "sw0rdfi\n",
            "password": "sw0rdfi" * 30,
            "when": "2030-01-01T00:00:00",
            "size": "sw0rdfi",
            "x": 1,
        }
        error = error_of(await toy.client.post("/things", json=wrong), 422, "validation_failed")
        assert [one["field"] for one in error["details"]["errors"]] == ["name", "password", "when", "size", "x"]
        assert all(one.keys() == {"field", "type", "message"} for one in error["details"]["errors"])
        error = error_of(await toy.client.get("/things?limit=201&cursr=x"), 422, "validation_failed")
        assert [one["field"] for one in error["details"]["errors"]] == ["limit", "cursr"]
        for body in ("[]", "null", '"x"'):
            answer = await toy.client.post("/things", content=body, headers={"Content-Type": "application/json"})
            error_of(answer, 422, "validation_failed")


async def test_only_fields_that_were_sent_reach_the_query(serve: Serve) -> None:
    thing = {"name": "Ål", "password": "x" * 10, "when": "2030-01-01T00:00:00+01:00", "size": 2}
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.post("/things", json=thing)
        assert (answer.status_code, answer.json()) == (200, thing | {"when": "2029-12-31T23:00:00Z"})


async def test_a_nul_is_refused_at_the_edge(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.post("/text", content=b"a\0b", headers={"Content-Type": "text/plain"})
        error = error_of(answer, 422, "validation_failed")
        assert error["details"]["errors"][0]["field"] == "content"
        error_of(await toy.client.post("/text", json={"content": "a\0b"}), 422, "validation_failed")


async def test_a_text_may_be_as_large_as_its_limit_and_not_a_byte_more(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        for most, send in ((1000, {"content": b"x" * 1000}), (1000, {"json": {"content": "\u00e9" * 500}})):
            headers = {"Content-Type": "text/plain"} if "content" in send else {}
            answer = await toy.client.post("/text", headers=headers, **send)
            assert answer.json() == {"bytes": most}
        answer = await toy.client.post("/text", content=b"x" * 1001, headers={"Content-Type": "text/plain"})
        assert error_of(answer, 413, "body_too_large")["details"] == {"max_bytes": 1000}
        error_of(await toy.client.post("/text", json={"content": "x" * 1001}), 413, "body_too_large")
        answer = await toy.client.post("/things", content=b" " * 200_000, headers={"Content-Type": "application/json"})
        error_of(answer, 413, "body_too_large")


async def test_a_stream_without_a_length_is_cut_off_at_the_limit(serve: Serve) -> None:
    async def parts() -> Any:
        for _ in range(50):
            yield b"x" * 100

    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.post("/text", content=parts(), headers={"Content-Type": "text/plain"})
        error_of(answer, 413, "body_too_large")
        assert answer.headers["connection"] == "close"


async def test_a_body_that_never_ends_is_refused_without_reading_it(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        url = toy.client.base_url
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(
            b"POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 99999999999\r\n\r\nx"
        )
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 300)
        assert head.startswith(b"HTTP/1.1 413 ")
        writer.close()


async def test_a_refusal_of_the_database_goes_out_with_its_details(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        error = error_of(await toy.client.get("/refused"), 409, "already_submitted")
        assert (error["message"], error["details"]) == ("No.", {"submission_id": "7"})


async def test_an_error_of_a_function_says_when_to_come_back(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.get("/others")
        assert answer.json()["error"]["code"] == "student_of_others"
        assert (answer.status_code, answer.json()["error"]["details"]) == (409, {"teachers": 2})
        answer = await toy.client.get("/failures")
        assert answer.json()["error"]["code"] == "too_many_failures"
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


async def test_a_broken_rule_shows_its_name_and_sentence_and_no_row(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        error = error_of(await toy.client.get("/twice"), 409, "conflict")
        assert error["details"] == {"rule": "enrolled_once"}
        assert error["message"] == "A student is in a class once."
        error = error_of(await toy.client.get("/small"), 422, "validation_failed")
        (wrong,) = error["details"].pop("errors")
        assert error["details"] == {"rule": "max_score_in_range"}
        assert (wrong["field"], wrong["type"]) == ("max_score", "max_score_in_range")


async def test_a_fault_of_ours_says_nothing_internal(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        error_of(await toy.client.get("/broken"), 500, "internal_error")
        error_of(await toy.client.get("/missing"), 500, "internal_error")
    ours = [record for record in caplog.records if record.name.startswith("app.")]
    lines = [record.getMessage() for record in ours]
    assert "internal_error (KeyError)" in lines
    told = 'student/missing failed: UndefinedTableError 42P01: relation "toy.nothing_here" does not exist rule=None'
    assert f"GET /missing {told}" in lines
    logged = [logging.Formatter().format(record) for record in ours]
    assert any("in broken" in text for text in logged)  # where it happened
    assert not any("Fault: " in text and "sw0rdfish" in text.rpartition("Fault: ")[2] for text in logged)


async def test_without_a_database_the_answer_is_503_and_when_to_come_back(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES, url="postgresql://nobody@127.0.0.1:9/none") as toy:
        answer = await toy.client.get("/things")
        error_of(answer, 503, "database_unavailable")
        assert int(answer.headers["retry-after"]) > 0


READY = toy_route("GET", "/ready", handler=ready, limited=False)


async def test_a_replica_that_is_not_asked_is_told_and_no_reason_not_to_be_ready(serve: Serve) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/none"
    async with serve((*ROUTES, READY), QUERIES, database_replica_url=nowhere) as toy:
        async with asyncio.timeout(300):
            while (answer := await toy.client.get("/ready")).status_code != 200:
                await asyncio.sleep(0.05)
        assert answer.json()["checks"]["replica"] == "not asked: it does not answer"
        assert (await toy.client.get("/things")).status_code == 200


async def test_a_connection_that_died_in_the_pool_is_not_noticed_by_a_read(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        assert (await toy.client.get("/things")).status_code == 200
        with psycopg.connect(toy.url, autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and application_name = 'assay api'"
            )
        assert (await toy.client.get("/things")).status_code == 200


async def test_a_full_pool_is_waited_for_and_then_answered_with_503(serve: Serve) -> None:
    slow = {"student/slow": "select '{}'::json from pg_sleep(1.5)"}
    routes = (toy_route("GET", "/slow", "slow"), *ROUTES)
    async with serve(routes, {**QUERIES, **slow}) as toy:
        toy.state.database.reads.wait_seconds = 0.2
        answers = await asyncio.gather(*(toy.client.get("/slow") for _ in range(25)))
        assert sorted(answer.status_code for answer in answers) == [200] * READERS + [503] * (25 - READERS)
        assert (await toy.client.get("/things")).status_code == 200


async def test_head_is_get_without_a_body(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        got, head = await toy.client.get("/things"), await toy.client.head("/things")
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-length"] == str(len(got.content))


async def test_a_text_is_a_download_with_its_name(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await toy.client.get("/file")
        assert (answer.text, answer.headers["content-type"]) == ("smörgås", "text/plain; charset=utf-8")
        said = answer.headers["content-disposition"]
        assert said == "attachment; filename=\"Raksmorgas-1.txt\"; filename*=UTF-8''R%C3%A4ksm%C3%B6rg%C3%A5s%201.txt"
        error_of(await toy.client.get("/file", headers={"Accept": JSON}), 406, "not_acceptable")


async def test_a_sane_request_id_is_kept_and_another_replaced(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        kept = await toy.client.get("/things", headers={"X-Request-ID": "trace-12345678"})
        assert kept.headers["x-request-id"] == "trace-12345678"
        for odd in ("x", "a b c d e f g h", '"><script>', "x" * 200):
            made = await toy.client.get("/things", headers={"X-Request-ID": odd})
            assert len(made.headers["x-request-id"]) == 36


async def test_pages_of_allowed_origins_may_read_the_answers(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES, cors_origins=("https://school.example",)) as toy:
        ours = {"Origin": "https://school.example"}
        answer = await toy.client.get("/things", headers=ours)
        assert answer.headers["access-control-allow-origin"] == "https://school.example"
        exposed = set(answer.headers["access-control-expose-headers"].split(", "))
        assert exposed >= {"ETag", "Location", "Retry-After", "RateLimit", "X-Request-ID", "Preference-Applied"}
        assert answer.headers["vary"] == "Origin"
        for path in ("/nothing", "/broken"):  # else a browser would show neither the 404 nor the 500
            refused = await toy.client.get(path, headers=ours)
            assert refused.headers["access-control-allow-origin"] == ours["Origin"]
        other = await toy.client.get("/things", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


async def test_preflights_of_allowed_origins_are_always_answered(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES, cors_origins=("https://school.example",)) as toy:
        with psycopg.connect(toy.url, autocommit=True) as admin:
            admin.execute("update toy.limits set rule = '1/minute' where scope = 'read'")
        await toy.state.reload()
        ours = {"Origin": "https://school.example"}
        seen = [(await toy.client.get("/things", headers=ours)).status_code for _ in range(2)]
        assert seen == [200, 429]
        sent = (
            "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, prefer, traceparent,"
            " tracestate, x-request-id"
        )
        for path in ("/things", "/nothing"):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": sent}
                answer = await toy.client.options(path, headers=ours | asked)
                assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, ours["Origin"])
                assert method in answer.headers["access-control-allow-methods"]
                assert set(sent.split(", ")) <= set(answer.headers["access-control-allow-headers"].lower().split(", "))
                assert "x-request-id" in answer.headers


async def test_an_ordinary_request_is_one_statement(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        with psycopg.connect(toy.url, autocommit=True) as admin:
            await toy.client.get("/things")
            last = (  # this process reads the limits anew on another connection
                "select query from pg_stat_activity where datname = current_database()"
                " and application_name = 'assay api' and query !~ '^-- auth/list'"
            )
            assert [row[0].split("\n")[0] for row in admin.execute(last)] == ["-- student/list"]


def test_every_status_of_an_error_is_one_that_clients_know() -> None:
    assert {status for status, _ in CODES.values()} == {
        400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429, 500, 502, 503,
    }  # fmt: skip
