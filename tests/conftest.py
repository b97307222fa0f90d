"""One PostgreSQL for each process of a run, one database per test, cloned from a template that was migrated once.

The server is that of TEST_DATABASE_URL (a superuser's), else a throwaway container when a Docker engine answers,
else the embedded one in a scratch folder, on tmpfs where there is one.
"""

import gc
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from app.db.migrate import migrate
from app.dev import embedded_postgres

# A test's data may be lost with the machine.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",  # whose every page is looked at where a database is dropped
    "shared_preload_libraries": "pg_stat_statements",  # some tests count statements
}
FREE_BYTES = 1 << 30


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Processes of a whole run, more than cores, since many tests wait for processes, leases and sockets.

    A server that was given is used by one: tests make roles, which are a server's.
    """
    return 0 if "TEST_DATABASE_URL" in os.environ else 4


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported is no garbage: it is not looked through while it grows, nor between tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests come first: where one begins last, the other processes wait for its end.

    Each of the processes is at first given the same number of neighbours, so each such part begins with some of them.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = iter([item for item in items if not item.get_closest_marker("slow")])
    left, parts = len(items), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ordered: list[pytest.Item] = []
    for part in range(parts):
        size = left // (parts - part)
        first = slow[part::parts]
        ordered += [*first, *islice(others, max(0, size - len(first)))]
        left -= size
    items[:] = [*ordered, *others]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run under asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of this process's server, for a superuser."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
    elif docker_answers():
        yield from _container()
    else:
        yield from _embedded()


@pytest.fixture(scope="session")
def template(postgres: str) -> Iterator[str]:
    """The name of a database that holds everything under sql/ and no rows of its own."""
    name = f"assay_template_{uuid.uuid4().hex[:8]}"
    execute(postgres, f"create database {name} template template0 encoding 'UTF8'")
    try:
        migrate(named(postgres, name))
        yield name
    finally:
        execute(postgres, f"drop database {name} with (force)")


@pytest.fixture
def db(postgres: str, template: str) -> Iterator[str]:
    """The URL of a fresh, fully migrated database, for a superuser."""
    with clone(postgres, template) as url:
        yield url


@contextmanager
def clone(postgres: str, template: str) -> Iterator[str]:
    """The URL of a copy of a database that nobody is connected to."""
    name = f"assay_test_{uuid.uuid4().hex[:12]}"
    execute(
        postgres,
        f"create database {name} template {template} strategy file_copy",
        # A clone does not inherit the privileges on the database itself: those of sql/roles.sql.
        f"grant create on database {name} to assay_owner",
        f"revoke temporary on database {name} from public",
    )
    try:
        yield named(postgres, name)
    finally:
        execute(postgres, f"drop database {name} with (force)")


@pytest.fixture
def empty_db(postgres: str) -> Iterator[str]:
    """The URL of a fresh database with nothing in it, for a superuser."""
    name = f"assay_empty_{uuid.uuid4().hex[:12]}"
    execute(postgres, f"create database {name} template template0 encoding 'UTF8' strategy file_copy")
    try:
        yield named(postgres, name)
    finally:
        execute(postgres, f"drop database {name} with (force)")


def execute(url: str, *statements: str) -> None:
    """Run statements in autocommit mode."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def named(url: str, database: str) -> str:
    """The same server, another database."""
    scheme, _, rest = url.partition("://")
    before, _, query = rest.partition("?")
    return f"{scheme}://{before.partition('/')[0]}/{database}{'?' if query else ''}{query}"


def docker_answers() -> bool:
    """Whether a Docker engine accepts connections."""
    url = urlsplit(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    try:
        if url.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as engine:
                engine.settimeout(1)
                engine.connect(url.path)
        else:
            socket.create_connection((url.hostname or "127.0.0.1", url.port or 2375), 1).close()
    except OSError:
        return False
    return True


def _container() -> Iterator[str]:
    from testcontainers.community.postgres import PostgresContainer

    settings = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
    with PostgresContainer("postgres:18", driver=None).with_command(["postgres", *settings]) as container:
        yield container.get_connection_url()


def _embedded() -> Iterator[str]:
    with scratch() as folder:
        server = embedded_postgres.start(folder, FAST)
        try:
            yield server.url
        finally:
            server.stop()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where enough is free, for servers that run as another user than root.

    Not below pytest's own temporary folder: each start of pytest closes that one to others.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > FREE_BYTES
    folder = Path(tempfile.mkdtemp(prefix="assay-test-", dir=memory if roomy else None))
    folder.chmod(0o711)  # so that another user may walk through it
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
