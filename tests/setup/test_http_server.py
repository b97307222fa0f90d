"""How uvicorn is run: descriptors for what is no client, and what was made once and failed is made again."""

import asyncio
import logging
import resource
import socket
import subprocess
import sys

import pytest

from app.commands.serve import listen
from app.connections import Places
from app.http_server import MOST_CONNECTIONS, RESERVED, LogFilter, connection_ceiling


def test_the_soft_limit_of_descriptors_becomes_the_hard_one() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1000));"
        "from app.http_server import raise_descriptor_limit; print(raise_descriptor_limit(),"
        " resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 1000:
        pytest.skip("this machine allows fewer than 1,000 descriptors")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1000", "1000"]


@pytest.mark.parametrize("descriptors", [256, 1024, 4096, 1_048_576])
def test_connections_leave_descriptors_for_everything_else(descriptors: int) -> None:
    ceiling = connection_ceiling(descriptors)
    assert 16 <= ceiling <= MOST_CONNECTIONS
    assert descriptors - ceiling >= min(RESERVED, descriptors - 16)


async def test_of_many_connections_that_begin_in_one_turn_no_more_than_the_ceiling_are_taken() -> None:
    places = Places(3)
    assert [places.take() for _ in range(5)] == [True] * 3 + [False] * 2
    places.taken = 2  # of the three two were made, and one was gone before
    await asyncio.sleep(0)
    assert [places.take() for _ in range(2)] == [True, False]


def test_what_anybody_can_have_said_stands_in_the_log_and_does_not_fill_it() -> None:
    said = LogFilter()
    for warning in ("Invalid HTTP request received.", "Unsupported upgrade request."):
        record = logging.makeLogRecord({"msg": warning, "levelno": logging.WARNING})
        assert [said.filter(record) for _ in range(1000)].count(True) == 1
    for unsaid in ("Exception in ASGI application\n", "No supported WebSocket library detected. Please use …"):
        assert not said.filter(logging.makeLogRecord({"msg": unsaid, "levelno": logging.WARNING}))
    started = logging.makeLogRecord({"msg": "Started server process", "levelno": logging.INFO})
    assert said.filter(started) and said.filter(started)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_response_does_not_wait_until_the_client_has_confirmed_its_head(host: str) -> None:
    with listen(host, 0) as listening, socket.create_connection(listening.getsockname()[:2]):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


WITHOUT_DESCRIPTORS = """
import asyncio, resource
from app.commands.serve import LateProviders
from app.settings import Settings

async def main():
    late = LateProviders(Settings(_env_file=None), None)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        await late()
    except OSError as error:
        print(error.strerror)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print(await late() is await late())
    await late.aclose()

asyncio.run(main())
"""


def test_providers_that_could_not_be_made_are_made_at_the_next_try() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_DESCRIPTORS], capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (["Too many open files", "True"], "")
