"""A small service on a real PostgreSQL and a real socket: the web layer's machinery without assay's own SQL."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psycopg
import pytest
import uvicorn

from app.queries import load
from app.settings import Settings
from app.web.routes import Route
from app.web.start import opened
from app.web.world import World

ROLE = """
do $$ begin create role assay_app; exception when duplicate_object or unique_violation then null; end $$
"""
TOY = """
create schema toy;
grant usage on schema toy to assay_app;
create table toy.things (name text constraint thing_named_once unique,
    size int constraint size_positive check (size > 0));
create table toy.limits (scope text primary key, rule text not null);
insert into toy.limits select scope, '100/minute' from unnest('{auth, read, write, ai}'::text[]) as scope;
create table toy.jobs (id uuid primary key default gen_random_uuid(), status text not null default 'queued', text text);
grant select, insert, update on all tables in schema toy to assay_app;
create function toy.refuse(status int, rule text, message text, details text) returns json language plpgsql as $$
begin
    raise exception using errcode = 'PT' || status, constraint = rule, message = message, detail = details;
end $$;
create function toy.outcome(job uuid) returns table (finished boolean, body json) language plpgsql as $$
declare found toy.jobs;
begin
    select * into found from toy.jobs j where j.id = job;
    if found.status = 'failed' then
        perform toy.refuse(502, 'ai_unavailable', 'No AI service could do it.', '{}');
    end if;
    return query select found.status = 'succeeded',
        case when found.status = 'succeeded' then json_build_object('submission', found.text) else to_json(found) end;
end $$;
"""
QUERIES = {
    "auth/list_rate_limits": "select scope, rule from toy.limits",
    "auth/list_rules": "select 'thing_named_once' as name, 'There is such a thing already.' as sentence",
    "auth/read_schema": "select 'now' as version",
    "student/submit": "insert into toy.jobs (text) values (:content)"
    " returning id, false as finished, to_json(jobs) as body",
    "student/outcome": "select finished, body from toy.outcome(:job_id)",
    "student/look": "select status in ('succeeded', 'failed') as finished, to_json(j) as body"
    " from toy.jobs j where id = :job_id",
}


class NoKeys:
    """Key intake of the small service: it has none."""

    def read(self, raw: str) -> str:
        return raw

    def seal(self, teacher_id: str, provider: str, key: str) -> bytes:
        return key.encode()

    async def check(self, provider: str, key: str) -> str:
        return "unknown"


class Toy(NamedTuple):
    """The running service: a client, its world, its database."""

    client: httpx2.AsyncClient
    world: World
    url: str


Serve = Callable[..., AbstractAsyncContextManager[Toy]]


@pytest.fixture
def toy_db(empty_db: str) -> str:
    with psycopg.connect(empty_db, autocommit=True) as connection:
        connection.execute(ROLE)
        connection.execute(TOY)
    return empty_db


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(assay_data_dir=tmp_path / "data", submission_max_bytes=1000, _env_file=None)  # type: ignore[call-arg]


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """The application behind a real uvicorn on loopback, and a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, http="httptools", ws="none")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([sock]))
        base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        try:
            async with httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            await task


@pytest.fixture
def serve(toy_db: str, settings: Settings, tmp_path: Path) -> Serve:
    """`async with serve(routes, {"student/x": "select …"}) as toy`."""

    @asynccontextmanager
    async def go(
        routes: Iterable[Route], queries: dict[str, str] | None = None, url: str = toy_db, **changed: Any
    ) -> AsyncIterator[Toy]:
        folder = tmp_path / "queries"
        for name, statement in {**QUERIES, **(queries or {})}.items():
            file = folder / f"{name}.sql"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"-- {name}\n{statement};\n")
        known = settings.model_copy(update=changed)
        async with (
            opened(url, known, NoKeys(), queries=load(folder), routes=routes) as (app, world),
            listening(app) as client,
        ):
            yield Toy(client, world, url)

    return go


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that will be true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
