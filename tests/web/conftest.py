"""Two services on a real PostgreSQL and real sockets: a toy for the machinery of the web layer, and all of assay."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psycopg
import pytest
import uvicorn
from cryptography.fernet import Fernet
from pydantic import BaseModel

from app.ai.providers import Providers
from app.commands.create_teacher import create_teacher
from app.commands.serve import ApiKeyIntake, LateProviders, listen
from app.db.queries import load
from app.dev.simulator import Running, running
from app.http_server import config_of
from app.mail.links import MailLinks
from app.mail.sender import sending
from app.security.keyring import Ring, load_ring
from app.settings import Settings
from app.web.application import create_app
from app.web.errors import CODES
from app.web.handlers.query import query
from app.web.openapi import codes_of
from app.web.route import JSON, Handler, Route
from app.web.router import RouteTree
from app.web.routes import ROUTES
from app.web.schemas.errors import DETAILS
from app.web.schemas.requests import TextBody
from app.web.schemas.responses import JobAccepted
from app.web.state import AppState
from app.worker import worker
from tests.conftest import clone

ROLE = """
do $$ begin create role assay_api; exception when duplicate_object or unique_violation then null; end $$
"""
TOY = """
create schema toy;
grant usage on schema toy to assay_api;
create table toy.things (name text constraint enrolled_once unique,
    size int constraint max_score_in_range check (size > 0));
create table toy.limits (scope text primary key, rule text not null);
insert into toy.limits select scope, '100/minute' from unnest('{auth, read, write, ai}'::text[]) as scope;
create table toy.jobs (id uuid primary key default gen_random_uuid(), status text not null default 'queued', text text);
grant select, insert, update on all tables in schema toy to assay_api;
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
    "auth/read_caller": "select '00000000-0000-7000-8000-000000000000'::uuid as account_id"
    " where :token_digest::bytea is not null and :audience::text is not null",
    "auth/read_figures": "select 'assay_jobs' as name, '{grade_text, ready}'::text[] as labels, 3::float8 as value",
    "auth/read_readiness": "select :digest::text as schema_state, :migrations::text[] as workers,"
    " null::float8 as oldest_job_seconds",
    "student/submit": "insert into toy.jobs (text) values (:content)"
    " returning id, false as finished, to_json(jobs) as body",
    "student/outcome": "select finished, body from toy.outcome(:job_id)",
    "student/look": "select status in ('succeeded', 'failed') as finished, to_json(j) as body"
    " from toy.jobs j where id = :job_id",
}


NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is asked by nobody: what listens here is HTTP
TEXT_BODY: dict[str, Any] = {"body": TextBody, "text_fields": ("content",), "max_bytes": "submission_max_bytes"}


def toy_route(
    method: str,
    path: str,
    name: str = "",
    handler: Handler = query,
    audience: Any = "public",
    scope: Any = "read",
    **more: Any,
) -> Route:
    """A line of a small table of routes."""
    facts = {"query": f"student/{name}" if name else "", "handler": handler, "audience": audience} | more
    return Route(method=method, path=path, summary="", scope=scope, **facts)


SECRET = Fernet.generate_key().decode()  # of every service here, so that keys stored by one are read by another
RING = Ring((SECRET,))


class NoKeys:
    """Key intake of the small service: it has none."""

    def read(self, raw: str) -> str:
        return raw

    def seal(self, teacher_id: str, provider: str, key: str) -> bytes:
        return key.encode()

    async def check(self, provider: str, key: str) -> str:
        return "unknown"


class Toy(NamedTuple):
    """The running service: a client, what its requests share, its database."""

    client: httpx2.AsyncClient
    state: AppState
    url: str


Serve = Callable[..., AbstractAsyncContextManager[Toy]]


@pytest.fixture
def toy_db(empty_db: str) -> str:
    with psycopg.connect(empty_db, autocommit=True) as connection:
        connection.execute(ROLE)
        connection.execute(TOY)
    return empty_db


def settings_of(**known: Any) -> Settings:
    """Settings without a .env file."""
    return Settings(**{"_env_file": None, **known})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(assay_data_dir=tmp_path / "data", submission_max_bytes=1000)


@asynccontextmanager
async def listening(app: Any, **changed: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """The application behind a real uvicorn on loopback, and a client of it. `changed`: of uvicorn's settings."""
    with listen("127.0.0.1", 0) as sock:
        config = config_of(app)
        for name, value in changed.items():
            setattr(config, name, value)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([sock]))
        async with asyncio.timeout(300):
            while not server.started and not task.done():
                await asyncio.sleep(0.01)
        base = f"http://127.0.0.1:{sock.getsockname()[1]}"
        try:
            async with httpx2.AsyncClient(base_url=base, timeout=300, trust_env=False, verify=NO_TLS) as client:
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
        state = AppState(url, known, NoKeys(), MailLinks(RING, known.link_prefix), queries=load(folder))
        async with listening(create_app(state, routes)) as client:
            yield Toy(client, state, url)

    return go


async def until(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Wait for something that will be true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


class Assay(NamedTuple):
    """The whole service: API, worker and simulated AI services on a migrated database."""

    client: httpx2.AsyncClient
    state: AppState
    url: str
    ai: Running
    mail: Path
    services: Providers
    asked: list[tuple[str, str, dict[str, Any]]]  # every question on the wire: service, key, body

    async def ask(self, verb: str, path: str, who: str = "", status: int = 200, **more: Any) -> Any:
        """A request with a token, its status, and its answer in JSON (None without a body).

        What a job does is waited for as long as can be, however slow the machine is.
        """
        headers = {"Authorization": f"Bearer {who}"} if who else {}
        if verb != "GET":
            headers["Prefer"] = "wait=60"
        answer = await self.client.request(verb, path, headers={**headers, **more.pop("headers", {})}, **more)
        assert answer.status_code == status, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.text or None

    async def refused(self, code: str, verb: str, path: str, who: str = "", **more: Any) -> dict[str, Any]:
        """A request that is refused by this code. Returns the error's details."""
        body = await self.ask(verb, path, who, CODES[code][0], **more)
        assert body["error"]["code"] == code, body
        details: dict[str, Any] = body["error"]["details"]
        return details

    async def mails(self, to: str) -> list[str]:
        """The texts of the mails to an address, oldest first."""
        await self.all_mail_sent()
        files = sorted(self.mail.glob("*.eml"))
        found = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [mail.get_content() for mail in found if to in mail["To"]]

    async def all_mail_sent(self) -> None:
        """Waits until no mail waits."""
        waiting = "select exists (select from assay.outgoing_mail where num_nonnulls(sent_at, failed_at) = 0)"
        with psycopg.connect(self.url, autocommit=True) as admin:
            async with asyncio.timeout(300):
                while admin.execute(waiting).fetchone() == (True,):
                    await asyncio.sleep(0.02)

    async def token_for(self, email: str) -> str:
        """The token in the last mail to an address."""
        return str(re.findall(r"\?token=(\S+)$", (await self.mails(email))[-1], re.MULTILINE)[-1])

    async def login(self, email: str) -> str:
        """A bearer token."""
        body = await self.ask("POST", "/auth/login", json={"email": email, "password": PASSWORD})
        return str(body["token"])

    async def student(self, name: str) -> str:
        """Registers, verifies and logs in. Returns the bearer token."""
        email = f"{name.lower()}@school.example"
        await self.ask("POST", "/auth/register", status=202, json={"name": name, "email": email, "password": PASSWORD})
        await self.ask("POST", "/auth/verify", json={"token": await self.token_for(email)})
        return await self.login(email)

    async def teacher(self, name: str = "Tove", keys: bool = True) -> str:
        """A teacher made as the command line does, with simulated keys. Returns the bearer token."""
        email = f"{name.lower()}@school.example"
        local = self.state.settings.model_copy(update={"database_url": self.url})
        await asyncio.to_thread(create_teacher, local, name, email, PASSWORD)
        token = await self.login(email)
        for provider in ("openai", "anthropic") if keys else ():
            await self.ask("PUT", f"/teacher/api-keys/{provider}", token, json={"key": f"sk-sim-{name}-{provider}"})
        return token


PASSWORD = "correct horse battery"
LATER = "2099-01-01T00:00:00+00:00"
INSTRUCTIONS = "Write about gold. Maximum score: 20 points."
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@pytest.fixture
async def assay(db: str, tmp_path: Path) -> AsyncIterator[Assay]:
    """Every answer of a documented route is checked against the model that documents it."""
    async with whole_service(db, tmp_path) as running_service:
        yield running_service


@asynccontextmanager
async def whole_service(db: str, folder: Path) -> AsyncIterator[Assay]:
    """All of assay on a migrated database; its mails are files below the folder."""
    async with AsyncExitStack() as stack:
        asked: list[tuple[str, str, dict[str, Any]]] = []
        ai = await stack.enter_async_context(running(observe=lambda *question: asked.append(question)))
        addresses = {"openai_base_url": ai.openai_base_url, "anthropic_base_url": ai.anthropic_base_url}
        settings = settings_of(assay_data_dir=folder, assay_secret_keys=(SECRET,), **addresses)
        ring = load_ring(settings, embedded=True)
        late = LateProviders(settings, None)
        stack.push_async_callback(late.aclose)
        services = await late()
        state = AppState(db, settings, ApiKeyIntake(ring, late), MailLinks(ring, settings.link_prefix))
        await stack.enter_async_context(sending(db, settings, ring))
        await stack.enter_async_context(worker.start(db, settings, services, ring))
        client = await stack.enter_async_context(listening(create_app(state)))
        client.event_hooks = {"response": [as_documented]}
        await until(lambda: state.job_updates.connected)
        yield Assay(client, state, db, ai, folder / "mail", services, asked)


class School(NamedTuple):
    """A teacher, a student in the teacher's class, and an assignment of it."""

    teacher: str
    student: str
    assignment: dict[str, Any]
    class_id: str

    @property
    def path(self) -> str:
        return f"/student/assignments/{self.assignment['id']}"


class BuiltSchool(NamedTuple):
    """A school, and the database that it is in."""

    database: str
    school: School


@pytest.fixture(scope="session")
def school_template(postgres: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSchool]:
    """A database with a school, built once and cloned for each test that asks for one."""
    with clone(postgres, template) as url:

        async def build() -> School:
            async with whole_service(url, tmp_path_factory.mktemp("school")) as assay:
                return await found_school(assay)

        yield BuiltSchool(url.partition("?")[0].rpartition("/")[2], asyncio.run(build()))


@pytest.fixture
def db(request: pytest.FixtureRequest, postgres: str, template: str) -> Iterator[str]:
    """The URL of a fresh, migrated database, for a superuser; with the school in it, where a test asks for one."""
    if "school" in request.fixturenames:
        template = request.getfixturevalue("school_template").database
    with clone(postgres, template) as url:
        yield url


@pytest.fixture
def school(school_template: BuiltSchool) -> School:
    """A school that was made through HTTP, as its people would: nothing has been asked of an AI since."""
    return school_template.school


async def found_school(assay: Assay) -> School:
    """A teacher with keys, a student in a class, and an assignment with its template."""
    teacher, student = await assay.teacher(), await assay.student("Anna")
    group = await assay.ask("POST", "/teacher/classes", teacher, 201, json={"name": "9B"})
    me = await assay.ask("GET", "/auth/me", student)
    enrolled = await assay.ask(
        "POST", f"/teacher/classes/{group['id']}/students", teacher, json={"student_ids": [me["id"]]}
    )
    assert enrolled == {"enrolled": 1}
    made = await assay.ask(
        "POST", "/teacher/assignments", teacher, 201, content=INSTRUCTIONS, headers=PLAIN,
        params={"title": "Gold", "deadline": LATER},
    )  # fmt: skip
    return School(teacher, student, made["assignment"], group["id"])


TREE = RouteTree([(route, route) for route in ROUTES], None)  # type: ignore[arg-type,misc]


async def as_documented(answer: httpx2.Response) -> None:
    """The answer is one that the OpenAPI document names."""
    node, _ = TREE.find(answer.request.url.path)
    route = node.by_method.get(answer.request.method) if node else None
    if not isinstance(route, Route) or answer.headers.get("content-type", "").startswith("text/event-stream"):
        return
    body = await answer.aread()
    if answer.is_success:
        assert answer.status_code in (route.status, 202 if route.outcome else 0, 200)
        if body and answer.headers.get("content-type") == JSON and isinstance(route.response, type):
            model = JobAccepted if answer.status_code == 202 and route.outcome else route.response
            if issubclass(model, BaseModel):
                model.model_validate_json(body)
    elif answer.headers.get("content-type") == JSON:
        error = answer.json()["error"]
        assert error["code"] in codes_of(route), f"{route.name} lacks it in `codes` (app/web/routes.py): {answer.text}"
        if error["code"] in DETAILS:
            DETAILS[error["code"]][0].model_validate(error["details"])
