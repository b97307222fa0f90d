"""HTTP as it comes over the wire: several requests at once, old clients, cautious ones, and those behind a proxy."""

import asyncio
import re
from email.utils import parsedate_to_datetime

from app.web.route import PLAIN
from tests.web.conftest import TEXT_BODY, Serve, Toy, toy_route

ROUTES = (
    toy_route("GET", "/same", "same"),
    toy_route("GET", "/slow", "slow"),
    toy_route("POST", "/text", "text", scope="write", consumes=(PLAIN,), **TEXT_BODY),
)
QUERIES = {
    "student/same": "select '\"same\"'::json",
    "student/slow": "select '\"slow\"'::json from pg_sleep(0.1)",
    "student/text": "select json_build_object('bytes', octet_length(:content))",
}


async def said(toy: Toy, *sent: bytes) -> bytes:
    """All that comes back, to the end of the connection."""
    reader, writer = await asyncio.open_connection(toy.client.base_url.host, toy.client.base_url.port)
    try:
        for part in sent:
            writer.write(part)
        async with asyncio.timeout(300):
            return await reader.read()
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


async def test_what_is_not_http_is_refused_and_the_connection_ends(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        answer = await said(toy, b"\x01garbage\r\n\r\n" + get("/same"))
        assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"400"]
        assert (await toy.client.get("/same")).status_code == 200


async def test_a_body_that_cannot_be_read_is_refused_and_holds_nothing(serve: Serve) -> None:
    broken = (
        b"POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n4\r\ntextzz"
    )
    async with serve(ROUTES, QUERIES) as toy:
        assert re.findall(rb"HTTP/1.1 (\d+)", await said(toy, broken)) == [b"400"]
        assert (await toy.client.get("/same")).status_code == 200
        assert toy.state.bodies.held == 0


async def test_every_answer_has_the_date_once(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        for sent in (get("/same", connection="close"), get("/nowhere", connection="close")):
            (date,) = re.findall(rb"\r\ndate: ([^\r]+)\r\n", await said(toy, sent))
            assert parsedate_to_datetime(date.decode()).utcoffset() is not None
        assert len((await toy.client.options("/same")).headers.get_list("date")) == 1


async def test_a_proxy_on_this_machine_says_who_asks(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        left = []
        for who in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
            answer = await toy.client.get("/same", headers={"x-forwarded-for": who})
            left.append(int(answer.headers["x-ratelimit-remaining"]))
        assert left == [99, 98, 99]
