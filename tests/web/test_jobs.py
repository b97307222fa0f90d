"""Requests that wait for a job, and those that do not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest

from app.db.listener import JobNews
from app.web.body import preference
from app.web.handlers.query import job, look
from app.web.routes import EVENTS, JSON, PLAIN, Route
from app.web.schemas.requests import SentText
from tests.web.conftest import Serve, Toy, until

ROUTES = (
    Route(verb="POST", path="/student/jobs", summary="", scope="ai", how=job, query="student/submit", status=201,
          outcome="student/outcome", body=SentText, texts=("content",), most="submission_max_bytes",
          takes=(PLAIN, JSON), public=True),
    Route(verb="GET", path="/student/jobs/{job_id}", summary="", scope="read", how=look, query="student/look",
          gives=(JSON, EVENTS), public=True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("header", "seconds", "applied"),
    [
        (b"wait=5", 5, b"wait=5"),
        (b"WAIT = 7", 7, b"wait=7"),
        (b"wait=600", 60, b"wait=60"),
        (b"respond-async", 0, b"respond-async"),
        (b"respond-async, wait=10", 10, b"respond-async, wait=10"),
        (b"return=minimal; x=y, wait=3;a", 3, b"wait=3"),
        (b"wait=2, wait=9", 2, b"wait=2"),
        (b"wait=-1", 30, b""),
        (b"wait=soon", 30, b""),
        (b"", 30, b""),
    ],
)
def test_a_preference_is_read_as_rfc_7240_says(header: bytes, seconds: float, applied: bytes) -> None:
    assert preference(header, 30.0) == (seconds, applied)


def change(url: str, status: str) -> None:
    """What a worker does to the one job."""
    with psycopg.connect(url, autocommit=True) as worker:
        worker.execute(
            """with done as (update toy.jobs set status = %s returning id, status)
               select pg_notify('assay_job', id || ' ' || status) from done""",
            [status],
        )


async def hand_in(toy: Toy, prefer: str | None = None) -> Any:
    headers = {"Content-Type": "text/plain"} | ({"Prefer": prefer} if prefer else {})
    return await toy.client.post("/student/jobs", content="Once upon a time", headers=headers)


@asynccontextmanager
async def waiting(toy: Toy, prefer: str | None = None) -> AsyncIterator[asyncio.Task[Any]]:
    """A request that waits for its job."""
    await until(lambda: toy.world.news.connected)
    task = asyncio.create_task(hand_in(toy, prefer))
    await until(lambda: bool(toy.world.news._waiting))
    yield task


async def test_a_request_waits_until_its_job_is_done(serve: Serve) -> None:
    async with serve(ROUTES) as toy, waiting(toy) as task:
        await asyncio.to_thread(change, toy.url, "running")
        await asyncio.sleep(0.1)
        assert not task.done()
        await asyncio.to_thread(change, toy.url, "succeeded")
        answer = await task
        assert (answer.status_code, answer.json()) == (201, {"submission": "Once upon a time"})
        assert "preference-applied" not in answer.headers
        assert not toy.world.news._waiting


async def test_a_failed_job_is_an_error_and_not_a_job(serve: Serve) -> None:
    async with serve(ROUTES) as toy, waiting(toy) as task:
        await asyncio.to_thread(change, toy.url, "failed")
        answer = await task
        assert answer.status_code == 502
        assert answer.json()["error"]["code"] == "ai_unavailable"


async def test_respond_async_does_not_wait(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        answer = await hand_in(toy, "respond-async")
        assert answer.status_code == 202
        known = answer.json()["job"]
        assert answer.headers["location"] == f"/student/jobs/{known['id']}"
        assert answer.headers["preference-applied"] == "respond-async"
        assert (await toy.client.get(answer.headers["location"])).json()["status"] == "queued"


async def test_preferences_may_stand_on_several_lines(serve: Serve) -> None:
    lines = [("Content-Type", "text/plain"), ("Prefer", "respond-async"), ("Prefer", "handling=lenient")]
    async with serve(ROUTES) as toy:
        answer = await toy.client.post("/student/jobs", content="Once upon a time", headers=lines)
        assert (answer.status_code, answer.headers["preference-applied"]) == (202, "respond-async")


async def test_when_the_time_is_over_the_answer_is_the_job(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        answer = await hand_in(toy, "wait=1")
        assert (answer.status_code, answer.headers["preference-applied"]) == (202, "wait=1")
        assert answer.json()["job"]["status"] == "queued"


async def test_a_look_at_a_job_waits_only_when_asked_to(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        where = (await hand_in(toy, "respond-async")).headers["location"]
        assert (await toy.client.get(where)).json()["status"] == "queued"
        task = asyncio.create_task(toy.client.get(where, headers={"Prefer": "wait=20"}))
        await until(lambda: bool(toy.world.news._waiting))
        await asyncio.to_thread(change, toy.url, "failed")
        answer = await task
        assert (answer.status_code, answer.json()["status"]) == (200, "failed")
        assert answer.headers["preference-applied"] == "wait=20"


async def test_a_lost_listener_costs_a_waiting_request_nothing(serve: Serve) -> None:
    async with serve(ROUTES) as toy, waiting(toy) as task:
        with psycopg.connect(toy.url, autocommit=True) as admin:
            admin.execute("update toy.jobs set status = 'succeeded'")  # and nobody is told
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and application_name = 'assay listener'"
            )
        assert (await task).status_code == 201
        await until(lambda: toy.world.news.connected)


async def test_requests_that_wait_hold_no_database_connection(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        await until(lambda: toy.world.news.connected)
        tasks = [asyncio.create_task(hand_in(toy, "wait=60")) for _ in range(40)]
        await until(lambda: len(toy.world.news._waiting) == 40)
        assert (await hand_in(toy, "respond-async")).status_code == 202
        with psycopg.connect(toy.url, autocommit=True) as admin:
            admin.execute("update toy.jobs set status = 'succeeded'")
            admin.execute("select pg_notify('assay_job', id || ' succeeded') from toy.jobs")
        assert {answer.status_code for answer in await asyncio.gather(*tasks)} == {201}


async def test_at_shutdown_those_who_wait_get_the_job(serve: Serve) -> None:
    async with serve(ROUTES) as toy, waiting(toy, "wait=60") as task:
        toy.world.news.close()
        assert (await task).status_code == 202


async def test_a_stream_has_an_event_for_each_change_and_ends_with_the_last(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        where = (await hand_in(toy, "respond-async")).headers["location"]
        seen: list[str] = []
        async with toy.client.stream("GET", where, headers={"Accept": "text/event-stream"}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert "x-request-id" in answer.headers
            assert "ratelimit" in answer.headers
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    seen.append(json.loads(line[6:])["status"])
                    following = {"queued": "running", "running": "succeeded"}.get(seen[-1])
                    if following:
                        await asyncio.to_thread(change, toy.url, following)
                elif line:
                    assert line == "event: status"
        assert seen == ["queued", "running", "succeeded"]
        assert not toy.world.news._waiting


async def test_a_stream_of_a_finished_job_is_one_event(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        where = (await hand_in(toy, "respond-async")).headers["location"]
        await asyncio.to_thread(change, toy.url, "succeeded")
        answer = await toy.client.get(where, headers={"Accept": "text/event-stream"})
        assert answer.text.count("event: status") == 1
        head = await toy.client.head(where, headers={"Accept": "text/event-stream"})
        assert (head.status_code, head.content) == (200, b"")


async def test_a_client_that_leaves_its_stream_leaves_nothing_behind(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        where = (await hand_in(toy, "respond-async")).headers["location"]
        async with toy.client.stream("GET", where, headers={"Accept": "text/event-stream"}) as answer:
            await anext(answer.aiter_lines())
            assert toy.world.news._waiting
        await until(lambda: not toy.world.news._waiting)


async def test_a_job_that_is_not_there_is_not_found_as_a_stream_too(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        for accept in (JSON, EVENTS):
            answer = await toy.client.get(
                "/student/jobs/00000000-0000-7000-8000-000000000000", headers={"Accept": accept}
            )
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_a_job_that_ended_before_somebody_watches_is_known_to_have_ended() -> None:
    news = JobNews()
    news.gap(True)
    since = news.gaps
    news.heard("a succeeded")
    news.heard("b running")
    with news.watch("a", since=since, only_end=True) as event:
        assert event.is_set()
    with news.watch("b", since=since, only_end=True) as event:
        assert not event.is_set()
        news.heard("b failed")
        assert event.is_set()
    with news.watch("c", since=since, only_end=True) as event:
        news.gap(False)
        assert event.is_set()
    with news.watch("d", since=since, only_end=True) as event:
        assert event.is_set()  # the listener was away between the statement and the watch
