"""Requests that wait for a job, and those that do not."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest

from app.db.database import TRIES
from app.db.job_updates import AT_ONCE, JobUpdates, turn
from app.web.handlers.events import RETRY_MILLISECONDS
from app.web.handlers.jobs import begin_job, read_job
from app.web.negotiation import preference
from app.web.route import EVENTS, JSON, PLAIN
from tests.setup.wire import Wire
from tests.web.conftest import TEXT_BODY, Serve, Toy, toy_route, until
from tests.web.event_source import EventSource

JOB: dict[str, Any] = {"tag": "student", "wait_seconds": 30.0, "outcome": "student/outcome", "status": 201}
ROUTES = (
    toy_route("POST", "/student/jobs", "submit", begin_job, scope="ai", consumes=(PLAIN, JSON), **TEXT_BODY, **JOB),
    toy_route("GET", "/student/jobs/{job_id}", "look", read_job, produces=(JSON, EVENTS), wait_seconds=0.0),
)


@pytest.mark.parametrize(
    ("header", "seconds", "applied"),
    [
        ("wait=5", 5, "wait=5"),
        ("WAIT = 7", 7, "wait=7"),
        ("wait=600", 60, "wait=60"),
        ("respond-async", 0, "respond-async"),
        ("respond-async, wait=10", 10, "respond-async, wait=10"),
        ("return=minimal; x=y, wait=3;a", 3, "wait=3"),
        ("wait=2, wait=9", 2, "wait=2"),
        ("wait=-1", 30, ""),
        ("wait=soon", 30, ""),
        ("", 30, ""),
    ],
)
def test_a_preference_is_read_as_rfc_7240_says(header: str, seconds: float, applied: str) -> None:
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
    await until(lambda: toy.state.job_updates.connected)
    task = asyncio.create_task(hand_in(toy, prefer))
    await until(lambda: bool(toy.state.job_updates._waiting))
    yield task


async def test_a_request_waits_until_its_job_is_done(serve: Serve) -> None:
    async with serve(ROUTES) as toy, waiting(toy) as task:
        with toy.state.job_updates.watch("another", since=toy.state.job_updates.gaps, only_end=True) as heard:
            await asyncio.to_thread(change, toy.url, "running")
            with psycopg.connect(toy.url, autocommit=True) as worker:
                worker.execute("select pg_notify('assay_job', 'another succeeded')")
            await asyncio.wait_for(heard.wait(), 300)  # so what was said before was heard too
        assert not task.done()
        await asyncio.to_thread(change, toy.url, "succeeded")
        answer = await task
        assert (answer.status_code, answer.json()) == (201, {"submission": "Once upon a time"})
        assert "preference-applied" not in answer.headers
        assert not toy.state.job_updates._waiting


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
        await until(lambda: bool(toy.state.job_updates._waiting))
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
        await until(lambda: toy.state.job_updates.connected)


async def test_a_job_may_be_asked_for_in_upper_case_and_is_woken(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        where = (await hand_in(toy, "respond-async")).headers["location"]
        folder, _, job = where.rpartition("/")
        await until(lambda: toy.state.job_updates.connected)
        task = asyncio.create_task(toy.client.get(f"{folder}/{job.upper()}", headers={"Prefer": "wait=60"}))
        await until(lambda: job in toy.state.job_updates._waiting)
        await asyncio.to_thread(change, toy.url, "succeeded")
        assert (await task).json()["status"] == "succeeded"


async def test_when_the_listener_is_lost_those_who_wait_look_in_turns() -> None:
    updates = JobUpdates()
    updates.on_gap(True)
    with contextlib.ExitStack() as stack:
        events = [
            stack.enter_context(updates.watch(f"{number}", since=updates.gaps, only_end=True)) for number in range(1200)
        ]
        updates.on_gap(False)
        await asyncio.sleep(0)
        assert sum(event.is_set() for event in events) <= 1
        for event in events:
            await asyncio.wait_for(event.wait(), 300)
    assert turn(1200) >= 1200 / AT_ONCE


async def test_when_every_backend_ends_who_was_let_in_gets_the_job(serve: Serve, toy_db: str) -> None:
    wire = Wire(toy_db)
    async with wire.laid() as url, serve(ROUTES, url=url) as toy, waiting(toy, "wait=60") as task:
        job = next(iter(toy.state.job_updates._waiting))
        wire.break_off()
        await until(lambda: not toy.state.job_updates.connected)
        begun = wire.begun
        toy.state.job_updates.on_notify(f"{job} succeeded")
        await until(lambda: wire.begun > begun + TRIES)  # in vain
        toy.state.job_updates.close()
        answer = await task
        assert (answer.status_code, answer.json()["job"]["id"]) == (202, job)


async def test_requests_that_wait_hold_no_database_connection(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        await until(lambda: toy.state.job_updates.connected)
        tasks = [asyncio.create_task(hand_in(toy, "wait=60")) for _ in range(40)]
        await until(lambda: len(toy.state.job_updates._waiting) == 40)
        assert (await hand_in(toy, "respond-async")).status_code == 202
        with psycopg.connect(toy.url, autocommit=True) as admin:
            admin.execute("update toy.jobs set status = 'succeeded'")
            admin.execute("select pg_notify('assay_job', id || ' succeeded') from toy.jobs")
        assert {answer.status_code for answer in await asyncio.gather(*tasks)} == {201}


async def test_at_shutdown_those_who_wait_get_the_job(serve: Serve) -> None:
    async with serve(ROUTES) as toy, waiting(toy, "wait=60") as task:
        toy.state.job_updates.close()
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
                    assert line == "event: status" or line.startswith(("id: ", "retry: "))
        assert seen == ["queued", "running", "succeeded"]
        assert not toy.state.job_updates._waiting


async def test_an_eventsource_loses_its_connection_misses_nothing_and_stops_with_the_job(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        source = EventSource(toy.client, (await hand_in(toy, "respond-async")).headers["location"])
        seen = []
        async for event in source.events(drop_after=0):
            assert (event.kind, event.last_id) == ("status", source.last_id)
            seen.append(json.loads(event.data)["status"])
            following = {"queued": "running", "running": "succeeded"}.get(seen[-1])
            if following:
                await asyncio.to_thread(change, toy.url, following)
        assert seen == ["queued", "running", "succeeded"]
        assert source.statuses == [200, 200, 204]
        assert [one.rpartition(":")[2] for one in source.sent_ids] == ["", "queued", "succeeded"]
        assert source.retry == RETRY_MILLISECONDS


async def test_a_stream_ends_at_shutdown_though_the_database_is_away(serve: Serve, toy_db: str) -> None:
    wire = Wire(toy_db)
    async with wire.laid() as url, serve(ROUTES, url=url) as toy:
        await until(lambda: toy.state.job_updates.connected)
        where = (await hand_in(toy, "respond-async")).headers["location"]
        async with toy.client.stream("GET", where, headers={"Accept": "text/event-stream"}) as answer:
            lines = answer.aiter_lines()
            while not (await anext(lines)).startswith("data: "):
                pass
            wire.break_off()
            while "does not answer" not in await anext(lines):
                pass
            toy.state.job_updates.close()
            assert {line async for line in lines} <= {"", ": the database does not answer just now"}


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
            assert toy.state.job_updates._waiting
        await until(lambda: not toy.state.job_updates._waiting)


async def test_a_job_that_is_not_there_is_not_found_as_a_stream_too(serve: Serve) -> None:
    async with serve(ROUTES) as toy:
        for accept in (JSON, EVENTS):
            answer = await toy.client.get(
                "/student/jobs/00000000-0000-7000-8000-000000000000", headers={"Accept": accept}
            )
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_a_job_that_ended_before_somebody_watches_is_known_to_have_ended() -> None:
    updates = JobUpdates()
    updates.on_gap(True)
    since = updates.gaps
    updates.on_notify("a succeeded")
    updates.on_notify("b running")
    with updates.watch("a", since=since, only_end=True) as event:
        assert event.is_set()
    with updates.watch("b", since=since, only_end=True) as event:
        assert not event.is_set()
        updates.on_notify("b failed")
        assert event.is_set()
    with updates.watch("c", since=since, only_end=True) as event:
        updates.on_gap(False)
        await asyncio.wait_for(event.wait(), 300)
    with updates.watch("d", since=since, only_end=True) as event:
        assert event.is_set()  # the listener was away between the statement and the watch
