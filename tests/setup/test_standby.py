"""The commands of docs/operating.md that make a standby and promote it, run as they stand there."""

import os

import psycopg
import pytest

from app.db.migrate import Result, migrate
from app.dev import embedded_postgres
from app.dev.embedded_postgres import program
from tests.conftest import scratch
from tests.setup.operating_page import Place, add, blocks, scalar, students
from tests.setup.streaming import QUICK, Node, until

MISSING = [name for name in ("psql", "pg_basebackup", "pg_ctl") if program(name) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"this build of the wheel has no {', '.join(MISSING)}")
def test_a_standby_has_what_was_acknowledged_and_waits_for_nobody_once_it_is_promoted() -> None:
    role, copy, synchronous, promote = blocks("A standby by hand", "sh")
    with scratch() as folder:
        server = embedded_postgres.start(folder / "data", QUICK)
        primary = Node(folder / "data/postgres", server.url)
        standby = Node(folder / "db2", f"postgresql://postgres@/assay?host={folder / 's'}")
        try:
            owner = primary.data.stat()
            (folder / "s").mkdir()
            for path in (folder, folder / "s"):
                os.chown(path, owner.st_uid, owner.st_gid)
            migrate(server.url)
            place = Place(server.url, folder, owner.st_uid, owner.st_gid)
            place.shell(role, REPLICATION_PASSWORD="hunter2")
            with psycopg.connect(server.url, autocommit=True) as admin:
                kept = "select left(rolpassword, 13) from pg_authid where rolname = 'assay_replication'"
                assert scalar(admin, kept) == "SCRAM-SHA-256"
                admin.execute("alter system set synchronous_standby_names = 'db9'")  # is copied, and not believed
            known = {"PRIMARY": primary.sockets, "NAME": "db2", "PGDATA": standby.data}
            elsewhere = f"-c unix_socket_directories={folder / 's'} -c listen_addresses="
            place.shell(copy.replace('standby.log" start', f"standby.log\" --options='{elsewhere}' start"), **known)
            place.shell(synchronous)
            with psycopg.connect(server.url, autocommit=True) as admin:
                until(admin, "select count(*) = 1 from pg_stat_replication where sync_state = 'quorum'")
            add(server.url, "Dora")
            primary.end()
            place.shell(promote, **known)
            add(standby.url, "Emil")
            assert students(standby.url) == ["Dora", "Emil"]
            assert migrate(standby.url) == Result()
        finally:
            standby.end()
            server.stop()
