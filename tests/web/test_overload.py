"""More than the service can do: bounded waiting, an answer that says when to come back, and full speed afterwards."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg
import pytest

from app.db.database import READERS, open_pool
from app.web.route import PLAIN
from tests.web.conftest import TEXT_BODY, Serve, Toy, toy_route, until
from tests.web.envelope import error_of

LARGE = 16_000_000  # bytes: more than the sockets between server and client hold
ROUTES = (
    toy_route("GET", "/count", "count"),
    toy_route("GET", "/large", "large"),
    toy_route("GET", "/slow", "slow"),
    toy_route("POST", "/text", "text", scope="write", consumes=(PLAIN,), **TEXT_BODY),
)
QUERIES = {
    "student/count": "select to_json(count(*)) from toy.things",
    "student/large": f"select to_json(repeat('x', {LARGE}))",
    "student/slow": "select to_json(x::text) from pg_sleep(3600) x",
    "student/text": "select json_build_object('bytes', octet_length(:content))",
}
HEAD = b"POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n"


@asynccontextmanager
async def jam(toy: Toy) -> AsyncIterator[None]:
    """Statements that count things wait."""
    async with await psycopg.AsyncConnection.connect(toy.url) as admin:
        await admin.execute("lock table toy.things in access exclusive mode")
        yield


def backends(url: str, which: str) -> list[int]:
    """The processes of this database's server of which that is true."""
    with psycopg.connect(url, autocommit=True) as admin:
        statement = f"select pid from pg_stat_activity where datname = current_database() and {which}"
        return [pid for (pid,) in admin.execute(statement.encode()).fetchall() if pid != admin.info.backend_pid]


async def raw(client: httpx2.AsyncClient, sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client that has sent so much and takes little of what comes."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (client.base_url.host, client.base_url.port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=4096)
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def test_who_waits_too_long_is_told_when_to_come_back_and_then_all_goes_on(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.database.reads.wait_seconds = 0.3
        async with jam(toy):
            asked = [asyncio.create_task(toy.client.get("/count")) for _ in range(40)]
            await until(lambda: sum(one.done() for one in asked) == 40 - READERS)
            for one in asked:
                if one.done():
                    error_of(one.result(), 503, "database_unavailable")
                    assert int(one.result().headers["retry-after"]) > 0
        assert sorted(answer.status_code for answer in await asyncio.gather(*asked)) == [200] * READERS + [503] * (
            40 - READERS
        )
        again = await asyncio.gather(*(toy.client.get("/count") for _ in range(40)))
        assert {answer.status_code for answer in again} == {200}


async def test_when_many_wait_already_the_next_is_sent_away_at_once(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.database.reads.max_waiting = 5
        toy.state.database.reads.wait_seconds = 60
        async with jam(toy):
            asked = [asyncio.create_task(toy.client.get("/count")) for _ in range(40)]
            await until(lambda: sum(one.done() for one in asked) == 35 - READERS)
        answers = [answer.status_code for answer in await asyncio.gather(*asked)]
        assert (answers.count(200), answers.count(503)) == (READERS + 5, 35 - READERS)


async def test_a_statement_that_takes_too_long_ends_in_the_database_too(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.database.reads = open_pool(toy.url, 2, "assay test", "assay_api", statement_seconds=0.3)
        began = asyncio.get_running_loop().time()
        error_of(await toy.client.get("/slow"), 503, "database_unavailable")
        assert asyncio.get_running_loop().time() - began < 600  # it would take an hour
        assert backends(toy.url, "query like '%pg_sleep(3600)%' and state = 'active'") == []
        assert (await toy.client.get("/count")).status_code == 200


async def test_a_server_that_says_nothing_is_not_waited_for(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.database.reads = pool = open_pool(toy.url, 2, "assay test", "assay_api", statement_seconds=0.5)
        pool.silence.silence_seconds = 0.6
        assert (await toy.client.get("/count")).status_code == 200
        (silent,) = backends(toy.url, "application_name = 'assay test'")
        if not (psutil.pid_exists(silent) and psutil.Process(silent).name() == "postgres"):
            pytest.skip("the server's processes are not on this machine")
        os.kill(silent, signal.SIGSTOP)
        try:
            error_of(await toy.client.get("/count"), 503, "database_unavailable")
            assert (await toy.client.get("/count")).status_code == 200
        finally:
            os.kill(silent, signal.SIGCONT)


async def test_clients_that_send_slowly_hold_no_connection_to_the_database(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.database.reads = open_pool(toy.url, 2, "assay test", "assay_api")
        slow = [await raw(toy.client, HEAD + b"x" * 900) for _ in range(8)]
        assert (await toy.client.get("/count")).status_code == 200
        for reader, writer in slow:
            writer.write(b"x" * 100)
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            writer.close()


async def test_clients_that_read_slowly_hold_no_connection_to_the_database(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.database.reads = open_pool(toy.url, 2, "assay test", "assay_api")
        slow = [await raw(toy.client, b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n") for _ in range(4)]
        for reader, _ in slow:
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        assert (await toy.client.get("/count")).status_code == 200
        for _, writer in slow:
            writer.close()


async def test_bodies_together_hold_no_more_memory_than_there_is_for_them(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.bodies.most = 2500
        head = HEAD.replace(b"\r\nhost:", b"\r\nexpect: 100-continue\r\nhost:")
        slow = [await raw(toy.client, forwarded(head, f"192.0.2.{number}") + b"x") for number in range(3)]
        for number, (reader, writer) in enumerate(slow):
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            writer.write(b"x" * 899)  # by itself: what comes with the head is not held
            await until(lambda most=number + 1: toy.state.bodies.held >= min(899 * most, 1798))  # type: ignore[misc]
        assert (await slow[2][0].readline()).startswith(b"HTTP/1.1 503 ")
        for reader, writer in slow[:2]:
            writer.write(b"x" * 100)
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        await until(lambda: toy.state.bodies.held == 0)
        for _, writer in slow:
            writer.close()


def forwarded(head: bytes, client: str) -> bytes:
    """The head of a request that a proxy has passed on for a client."""
    return head.replace(b"\r\nhost:", b"\r\nx-forwarded-for: " + client.encode() + b"\r\nhost:")


async def test_one_client_address_holds_no_more_than_its_share(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        toy.state.bodies.most_by_client = 800

        async def parts() -> AsyncIterator[bytes]:
            yield b"x"
            for _ in range(9):
                await asyncio.sleep(0.02)  # so that they come one by one
                yield b"x" * 100

        answer = await toy.client.post("/text", content=parts(), headers={"Content-Type": "text/plain"})
        assert answer.json()["error"]["code"] == "overloaded"
        assert (answer.status_code, answer.headers["connection"]) == (503, "close")
        assert int(answer.headers["retry-after"]) > 0
        await until(lambda: toy.state.bodies.held == 0 and not toy.state.bodies.by_client)
