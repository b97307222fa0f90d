"""HTTP as it comes over the wire: several requests at once, old clients, cautious ones, and those behind a proxy."""

import asyncio
import contextlib
import json
import logging
import re
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from app.web.application import build
from app.web.routes import PLAIN, Route
from app.web.schemas.requests import SentText
from app.web.wire import HEAD_BYTES, Protocol
from tests.web.conftest import Serve, Toy, listening

ROUTES = (
    Route(verb="GET", path="/same", summary="", scope="read", query="student/same", public=True),
    Route(verb="GET", path="/slow", summary="", scope="read", query="student/slow", public=True),
    Route(verb="POST", path="/text", summary="", scope="write", query="student/text", body=SentText,
          texts=("content",), most="submission_max_bytes", takes=(PLAIN,), public=True),
)  # fmt: skip
QUERIES = {
    "student/same": "select '\"same\"'::json",
    "student/slow": "select '\"slow\"'::json from pg_sleep(0.1)",
    "student/text": "select json_build_object('bytes', octet_length(:content))",
}


async def said(toy: Toy, *sent: bytes, until: bytes = b"") -> bytes:
    """All that comes back, to the end of the connection or to `until`."""
    reader, writer = await asyncio.open_connection(toy.client.base_url.host, toy.client.base_url.port)
    try:
        for part in sent:
            writer.write(part)
        async with asyncio.timeout(20):
            return await (reader.readuntil(until) if until else reader.read())
    finally:
        writer.close()


def get(path: str, version: str = "1.1", **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/{version}", "host: x", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_requests_that_come_at_once_are_answered_in_their_order(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        together = get("/slow") + get("/same") + get("/nowhere") + get("/slow", connection="close")
        answers = await said(toy, together)
        assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"200", b"404", b"200"]
        assert re.findall(rb'\r\n\r\n"(\w+)"', answers) == [b"slow", b"same", b"slow"]


async def test_an_old_client_gets_its_answer_and_the_end(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await said(toy, get("/same", version="1.0"))
        assert b"\r\nconnection: close\r\n" in answer
        assert answer.endswith(b'\r\n\r\n"same"')


async def test_a_cautious_client_is_told_to_go_on(serve: Serve) -> None:
    head = (
        b"POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 4\r\nexpect: 100-continue\r\n"
    )
    async with serve(ROUTES, QUERIES) as toy:
        answer = await said(toy, head + b"connection: close\r\n\r\n", b"text")
        assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        assert answer.endswith(b'{"bytes" : 4}')


def post(text: bytes) -> bytes:
    head = b"POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n"
    return head % len(text) + text


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", answers)]


GARBAGE = b"\x01garbage\r\n\r\n"
ENDLESS = b"GET /same HTTP/1.1\r\nhost: x\r\nx-long: "


async def test_a_head_without_end_is_refused_and_costs_nothing_more(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        reader, writer = await asyncio.open_connection(toy.client.base_url.host, toy.client.base_url.port)
        writer.write(ENDLESS + b"a" * HEAD_BYTES)
        async with asyncio.timeout(5):
            answer = await reader.read()
        assert statuses(answer) == [400]
        assert b"\r\nconnection: close\r\n" in answer
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "malformed_request"
        began = asyncio.get_running_loop().time()
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"a" * 1_000_000)
                await writer.drain()
        assert asyncio.get_running_loop().time() - began < Protocol.lingering + 5
        assert (await toy.client.get("/same")).status_code == 200
        writer.close()


@pytest.mark.parametrize("pieces", [1, 2, 7])
async def test_a_head_has_a_limit_and_a_body_another(serve: Serve, pieces: int) -> None:
    async with serve(ROUTES, QUERIES, submission_max_bytes=400_000) as toy:

        async def sent(whole: bytes) -> list[int]:
            step = -(-len(whole) // pieces)
            reader, writer = await asyncio.open_connection(toy.client.base_url.host, toy.client.base_url.port)
            for place in range(0, len(whole), step):
                writer.write(whole[place : place + step])
                await asyncio.sleep(0.02)
            async with asyncio.timeout(20):
                answers = await reader.read()
            writer.close()
            return statuses(answers)

        last = get("/same", connection="close")
        assert await sent(get("/same", x="a" * (HEAD_BYTES - 100)) + last) == [200, 200]
        assert await sent(get("/same", x="a" * (HEAD_BYTES + 100))) == [400]
        assert await sent(post(b"a" * 300_000) + last) == [200, 200]
        long = get("/same", x="a" * (HEAD_BYTES - 100), connection="close")
        assert await sent(post(b"a" * 300_000) + long) == [200, 200]
        many = await sent(get("/same") * 60 + post(b"a" * 100_000) + ENDLESS + b"a" * 400_000)
        assert many[:61] == [200] * 61
        assert many[61:] in ([], [400])  # the last answer had gone out already, or not


async def test_what_follows_a_body_has_the_limit_of_a_head(serve: Serve) -> None:
    head = b"POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n"
    rest = b"4\r\ntext\r\n0\r\n", *[b"x: " + b"a" * 60_000] * 2
    async with serve(ROUTES, QUERIES) as toy:
        reader, writer = await asyncio.open_connection(toy.client.base_url.host, toy.client.base_url.port)
        for part in (head, *rest):
            writer.write(part)
            await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            assert statuses(await reader.read()) == [400]
        writer.close()
        single = b"".join(b"1\r\na\r\n" for _ in range(900)) + b"0\r\nx: y\r\n\r\n"
        many = [part for _ in range(20) for part in (head, single[:3000], single[3000:])]
        assert statuses(await said(toy, *many, get("/same", connection="close"))) == [200] * 21


class Hasty(Protocol):
    """Waits half a second for a head."""

    head_seconds = 0.5


@pytest.mark.parametrize(
    "begun", [b"", b"\r\n\r\n", b"GET /sa", get("/same") + b"GET /sa", get("/same") + get("/slow") + b"GET /"]
)
async def test_a_head_has_to_come_in_time(serve: Serve, begun: bytes) -> None:
    async with serve(ROUTES, QUERIES) as toy, listening(build(toy.world, ROUTES), http=Hasty) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        began = asyncio.get_running_loop().time()
        writer.write(begun)
        reading = asyncio.create_task(reader.read())
        while not reading.done() and begun.endswith(b"/"):  # a letter now and then does not prolong it
            writer.write(b"s")
            await asyncio.wait([reading], timeout=0.2)
        async with asyncio.timeout(5):
            answers = await reading
        assert statuses(answers) == [200] * begun.count(b"host")
        assert 0.4 < asyncio.get_running_loop().time() - began < 3
        writer.close()


async def test_a_head_that_takes_long_is_no_reason_to_cut_off_who_waits_for_an_answer(serve: Serve) -> None:
    slow = {**QUERIES, "student/slow": "select '\"slow\"'::json from pg_sleep(0.8)"}
    async with serve(ROUTES, slow) as toy, listening(build(toy.world, ROUTES), http=Hasty) as client:
        one = Toy(client, toy.world, toy.url)
        assert statuses(await said(one, get("/slow") + b"GET /same")) == [200]
        answers = await said(one, get("/slow") + get("/slow", connection="close"))
        assert statuses(answers) == [200, 200]
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        for pause in (0.8, 0.8, 0.0):  # between requests there is more time
            writer.write(get("/same"))
            assert (await reader.readuntil(b'"same"')).startswith(b"HTTP/1.1 200 ")
            await asyncio.sleep(pause)
        writer.close()


@pytest.mark.parametrize("before", [post(b"text"), get("/slow"), get("/same") + get("/slow") + post(b"text")])
async def test_a_request_before_garbage_is_answered_and_nothing_after_it(serve: Serve, before: bytes) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answers = await said(toy, before + GARBAGE + get("/same"))
        assert statuses(answers) == [200] * before.count(b"host")
        assert answers.count(b"\r\nconnection: close\r\n") == 1
        answers = await said(toy, before, b"", until=b"\r\n\r\n")
        assert b"connection: close" not in answers


async def test_a_body_that_cannot_be_read_is_malformed_and_the_requests_before_it_are_answered(serve: Serve) -> None:
    broken = (
        b"POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n4\r\ntextzz"
    )
    async with serve(ROUTES, QUERIES) as toy:
        assert statuses(await said(toy, broken)) == [400]
        assert statuses(await said(toy, get("/slow") + get("/same") + broken)) == [200, 200]
        assert statuses(await said(toy, get("/slow") + broken)) == [200]
        assert toy.world.held == 0


async def test_every_answer_has_the_date_once(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        await toy.client.get("/same")
        for sent in (get("/same", connection="close"), get("/nowhere", connection="close"), GARBAGE):
            (date,) = re.findall(rb"\r\ndate: ([^\r]+)\r\n", await said(toy, sent))
            assert parsedate_to_datetime(date.decode()).utcoffset() is not None
        assert len((await toy.client.options("/same")).headers.get_list("date")) == 1


async def test_what_is_not_http_gets_the_headers_of_every_answer_and_a_line_in_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.web.wire")
    async with serve(ROUTES, QUERIES) as toy:
        usual = (await toy.client.get("/same")).headers
        for sent in (b"FOO /same HTTP/1.1\r\nhost: x\r\n\r\n", GARBAGE, get("/same", connection="close") + b"\x01"):
            head, _, body = (await said(toy, sent)).partition(b"\r\n\r\n")
            found = httpx2.Headers(dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:]))
            for name in ("content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"):
                assert found[name] == usual[name]
            if b"200 OK" in head:
                continue
            assert found["x-request-id"] == json.loads(body)["error"]["correlation_id"]
            (line,) = [one for one in caplog.records if getattr(one, "correlation_id", "") == found["x-request-id"]]
            assert line.getMessage().startswith("malformed_request")


async def test_a_proxy_on_this_machine_says_who_asks(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        left = []
        for who in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
            answer = await toy.client.get("/same", headers={"x-forwarded-for": who})
            left.append(int(answer.headers["x-ratelimit-remaining"]))
        assert left == [99, 98, 99]
