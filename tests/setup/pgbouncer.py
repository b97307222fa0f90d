"""A real PgBouncer in transaction mode, as deploy/pgbouncer.ini configures it."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app.db.migrate import roles
from tests.conftest import scratch
from tests.setup.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy/pgbouncer.ini"
LEAST = (1, 21)
LOGIN = "bouncer_login"


@dataclass(frozen=True)
class Bouncer:
    """Where it listens, and the login's URL of the server itself."""

    port: int
    direct: str

    def url(self, entry: str) -> str:
        return f"postgresql://{LOGIN}@127.0.0.1:{self.port}/{entry}"


def program() -> str:
    """PGBOUNCER, or the one on the PATH; the test is skipped, and says so, where it is too old or missing."""
    found = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer")
    if found is None:
        pytest.skip("there is no pgbouncer on the PATH, and PGBOUNCER names none: nothing is asked through a pooler")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"PgBouncer (\d+)\.(\d+)", said)
    assert version, said
    if (int(version[1]), int(version[2])) < LEAST:
        pytest.skip(f"{version[0]} keeps no prepared statements in transaction mode; 1.21 does")
    return found


@contextmanager
def bouncing(url: str, changes: Mapping[str, str] = {}) -> Iterator[Bouncer]:
    """In front of the database at `url`, a superuser's. `changes`: other text in its configuration."""
    found, known = program(), conninfo_to_dict(url)
    host, port, name = str(known["host"]), str(known.get("port") or 5432), str(known["dbname"])
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"drop role if exists {LOGIN}; create role {LOGIN} login".encode())
        admin.execute(f"select set_config('assay.login', '{LOGIN}', false)".encode())
        admin.execute(roles().encode())
    text, here = DEPLOY.read_text("utf-8"), free_port()
    for old, new in {
        "host=127.0.0.1 port=5432 dbname=assay": f"host={host} port={port} dbname={name} user={LOGIN}",
        "listen_port = 6432": f"listen_port = {here}",
        "auth_type = scram-sha-256\n": "auth_type = any\n",
        "auth_file = /etc/pgbouncer/userlist.txt\n": "",
        **changes,
    }.items():
        assert old in text
        text = text.replace(old, new)
    with scratch() as folder:
        file, log = folder / "pgbouncer.ini", folder / "log"
        file.write_text(f"{text}\nunix_socket_dir =\n")
        file.chmod(0o644)
        owner = Path(host).stat() if host.startswith("/") else None
        account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if owner else {}
        with log.open("wb") as output:
            process = subprocess.Popen([found, str(file)], stdout=output, stderr=output, cwd="/", **account)  # type: ignore[call-overload]
        try:
            deadline = time.monotonic() + 300
            while b"process up" not in log.read_bytes():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield Bouncer(here, f"postgresql://{LOGIN}@/{name}?host={host}&port={port}")
        finally:
            process.terminate()
            process.wait()
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(
                    f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{LOGIN}'".encode()
                )
                admin.execute(f"drop owned by {LOGIN}; drop role {LOGIN}".encode())
