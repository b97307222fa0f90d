"""What the commands print, and their exit codes."""

import subprocess

from tests.contract.build import master_key, wait_for
from tests.contract.driver import Session

COMMANDS = ("", "serve", "worker", "migrate", "create-teacher", "jobs", "jobs list", "jobs show", "jobs requeue",
            "jobs fail", "check-ai", "rotate-secret", "data-dictionary", "demo", "simulate-ai",
            "teachers", "teachers disable", "teachers delete", "teachers invite")  # fmt: skip
NO_JOB = "00000000-0000-7000-8000-000000000000"
# step: arguments, form of the output, variables
ALONE: tuple[tuple[str, tuple[str, ...], str, dict[str, str]], ...] = (
    *((f"help: assay {name}".strip(), (*name.split(), "--help"), "options", {}) for name in COMMANDS),
    ("usage: no command", (), "lines", {}),
    ("usage: an unknown command", ("mine-gold",), "lines", {}),
    ("usage: jobs without an action", ("jobs",), "lines", {}),
    ("usage: a job's id that is none", ("jobs", "show", "x"), "lines", {}),
    ("usage: a list of no jobs", ("jobs", "list", "--limit", "0"), "lines", {}),
    ("usage: a port of simulate-ai that is none", ("simulate-ai", "--port", "70000"), "lines", {}),
    ("settings: a port that is none", ("serve", "--port", "70000"), "lines", {}),
    ("settings: a level that is none", ("migrate",), "lines", {"LOG_LEVEL": "LOUD"}),
    ("settings: a database that is none", ("migrate",), "lines", {"DATABASE_URL": "mysql://me:secret@127.0.0.1/x"}),
    ("settings: a secret that is none", ("rotate-secret",), "lines", {"ASSAY_SECRET_KEYS": "secret"}),
)  # fmt: skip


def without_a_database(session: Session) -> None:
    """While the server starts: they share nothing with it."""
    for step, arguments, form, variables in ALONE:
        session.beside(step, *arguments, form=form, **variables)
    session.gather()


def migrations(session: Session, server: subprocess.Popen[str]) -> None:
    """A server that was told to leave the database as it is is not ready until it was migrated."""
    session.ask("not migrated: alive", "GET /health")
    session.ask("not migrated: not ready", "GET /ready")
    session.run("migrate: what is pending", "migrate", "--status", form="files")
    session.run("migrate: all of it", "migrate", form="files")
    session.beside("migrate: nothing to do", "migrate")
    session.beside("migrate: nothing is pending", "migrate", "--status")
    session.beside("dictionary: written", "data-dictionary", "--output", "database.md")
    wait_for(session.port, "/ready", server)
    session.ask("migrated: ready", "GET /ready")


def dictionary(session: Session) -> None:
    """The page that was written is current; a page of another time is not."""
    session.gather()
    session.beside("dictionary: current", "data-dictionary", "--output", "database.md", "--check")
    (session.processes.folder / "old.md").write_text("Nothing.\n", "utf-8")
    session.beside("dictionary: not current", "data-dictionary", "--output", "old.md", "--check")


def keys(session: Session) -> None:
    """Which services answer, and what a new master key needs."""
    old, new = session.processes.variables["ASSAY_SECRET_KEYS"], master_key()
    session.beside("keys: they work", "check-ai", "--teacher", "TOVE@school.example")
    session.beside("keys: none is stored", "check-ai", "--teacher", "ture@school.example")
    session.beside("keys: nobody", "check-ai", "--teacher", "nobody@school.example")
    session.gather()
    session.run("keys: sealed anew", "rotate-secret", ASSAY_SECRET_KEYS=f"{new},{old}")
    session.beside("keys: sealed anew already", "rotate-secret", ASSAY_SECRET_KEYS=new)
    session.beside("keys: they cannot be opened", "rotate-secret", ASSAY_SECRET_KEYS=old)
    session.processes.variables["ASSAY_SECRET_KEYS"] = new
