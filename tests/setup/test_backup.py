"""The commands of docs/operating.md that save and restore a database, run as they stand there."""

import os
import re
import shutil
import time
from collections.abc import Iterator

import psycopg
import pytest

from app.db.migrate import Result, migrate
from app.dev import embedded_postgres
from app.dev.embedded_postgres import program
from tests.conftest import named, scratch
from tests.setup.operating_page import ROOT, Place, add, blocks, scalar, students

PROGRAMS = ("createdb", "psql", "pg_dump", "pg_restore", "pg_basebackup", "pg_verifybackup", "pg_ctl")
MISSING = [name for name in PROGRAMS if program(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"this build of the wheel has no {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with scratch() as folder:
        backup = folder / "backup"
        (backup / "wal").mkdir(parents=True)
        (settings,) = blocks("Back-up", "ini")
        said = dict(re.findall(r"^(\w+) = '?(.*?)'?$", settings, re.M))
        said = {name: value.replace("/backup/", f"{backup}/") for name, value in said.items()}
        server = embedded_postgres.start(folder / "data", {"fsync": "off", **said})
        try:
            owner = (folder / "data/postgres").stat()
            for path in (backup, backup / "wal"):
                os.chown(path, owner.st_uid, owner.st_gid)
            for name in ("deploy", "sql"):  # who runs the server may not see the checkout
                shutil.copytree(ROOT / name, backup / name)
            migrate(server.url)
            yield Place(server.url, backup, owner.st_uid, owner.st_gid)
        finally:
            server.stop()


def test_a_dump_is_restored_with_its_rows_its_roles_and_its_rules(place: Place) -> None:
    dump, _ = blocks("Back-up", "sh")
    (restore,) = blocks("Restore", "sh")
    add(place.url, "Dora")
    place.shell(dump)
    assert (place.backup / "assay.dump").stat().st_mode & 0o077 == 0
    add(place.url, "Emil")
    place.shell(restore)
    restored = named(place.url, "assay_restored")
    assert students(restored) == ["Dora"]
    assert migrate(restored) == Result()
    with psycopg.connect(restored.replace("postgres@", "assay_server@"), autocommit=True) as server:
        server.execute("set role assay_api")
        assert server.execute("select count(*) from api.list_rate_limits()").fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            server.execute("select from assay.students")
    with psycopg.connect(restored) as admin, pytest.raises(psycopg.errors.CheckViolation):
        admin.execute("insert into assay.students (name, email) values ('', 'f@school.example')")


def test_a_database_comes_back_as_it_was_at_a_moment(place: Place) -> None:
    _, base = blocks("Back-up", "sh")
    (restore,) = blocks("Point in time", "sh")
    place.shell(base)
    add(place.url, "Greta")
    with psycopg.connect(place.url, autocommit=True) as admin:
        when = scalar(admin, "select clock_timestamp()::text")
        admin.execute("select pg_sleep(0.01)")  # a later moment, by the server's clock
    add(place.url, "Hugo")  # the mistake
    with psycopg.connect(place.url, autocommit=True) as admin:
        last = scalar(admin, "select pg_walfile_name(pg_current_wal_lsn())")
        admin.execute("select pg_switch_wal()")
    deadline = time.monotonic() + 300
    while not (place.backup / "wal" / last).exists():
        assert time.monotonic() < deadline, "the log is not archived"
        time.sleep(0.05)
    with scratch() as folder:
        data, sockets = folder / "restored", folder / "s"
        sockets.mkdir()
        for path in (folder, sockets):
            os.chown(path, place.user, place.group)
        # The server that is restored listens elsewhere and archives nothing, as on another machine.
        elsewhere = f"-c unix_socket_directories={sockets} -c listen_addresses= -c fsync=off -c archive_mode=off"
        restore = restore.replace("--timeout=600", f"--timeout=600 --options='{elsewhere}'")
        place.shell(restore, PGDATA=data, WHEN=when)
        try:
            url = f"postgresql://postgres@/assay?host={sockets}"
            with psycopg.connect(url, autocommit=True) as admin:
                deadline = time.monotonic() + 300
                while scalar(admin, "select pg_is_in_recovery()::text") == "true":
                    assert time.monotonic() < deadline, (data / "restore.log").read_text()
                    time.sleep(0.05)
            assert "Greta" in students(url)
            assert "Hugo" not in students(url)
            assert migrate(url) == Result()
        finally:
            place.shell('pg_ctl --pgdata="$PGDATA" --mode=immediate --wait stop', PGDATA=data)
    assert "Hugo" in students(place.url)
