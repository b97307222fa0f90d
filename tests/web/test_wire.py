"""HTTP as it comes over the wire: several requests at once, old clients, cautious ones, and those behind a proxy."""

import asyncio
import re

from app.web.routes import PLAIN, Route
from app.web.sent import SentText
from tests.web.conftest import Serve, Toy

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


async def test_a_proxy_on_this_machine_says_who_asks(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        left = []
        for who in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
            answer = await toy.client.get("/same", headers={"x-forwarded-for": who})
            left.append(int(answer.headers["x-ratelimit-remaining"]))
        assert left == [99, 98, 99]
