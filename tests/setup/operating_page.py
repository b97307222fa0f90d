"""The blocks of docs/operating.md, run as they stand there, and a look at what became of a database."""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import psycopg

from app.dev.embedded_postgres import program

ROOT = Path(__file__).resolve().parents[2]


def blocks(section: str, language: str) -> list[str]:
    """The blocks of a section of the page."""
    page = (ROOT / "docs/operating.md").read_text("utf-8")
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)
    assert found, section
    return found


class Place(NamedTuple):
    """A server that archives its log, and a folder for back-ups that its user may write."""

    url: str
    backup: Path
    user: int
    group: int

    def shell(self, script: str, **variables: object) -> str:
        """A block of the page, as the server's user, with the wheel's programs."""
        found = program("psql")
        assert found
        (host,) = parse_qs(urlsplit(self.url).query)["host"]
        known = {"PATH": f"{found.parent}:/usr/bin:/bin", "LC_ALL": "C", "PGHOST": host, "PGUSER": "postgres"}
        known |= {"BACKUP": str(self.backup), "MIGRATOR_PASSWORD": "its-own-1", "SERVER_PASSWORD": "its-own-2"}
        known |= {name: str(value) for name, value in variables.items()}
        who = {"user": self.user, "group": self.group, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            ["bash", "-euc", script], cwd=self.backup, env=known, capture_output=True, text=True, timeout=300, **who
        )  # type: ignore[call-overload]
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return str(done.stdout)


def add(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "insert into assay.students (name, email) values (%s, %s)", [name, f"{name.lower()}@school.example"]
        )


def students(url: str) -> list[str]:
    with psycopg.connect(url, autocommit=True) as admin:
        return [str(row[0]) for row in admin.execute("select name from assay.students order by name")]


def scalar(connection: psycopg.Connection[tuple[object, ...]], query: str) -> str:
    row = connection.execute(query.encode()).fetchone()
    assert row
    return str(row[0])
