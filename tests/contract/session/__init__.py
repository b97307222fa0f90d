"""The session itself: who does what, in which order, in two server processes on one new embedded database."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.contract.build import Build, Processes, free_port, master_key, scratch, wait_for
from tests.contract.driver import Session
from tests.contract.session import accounts, assignments, classes, commands, everywhere, limits, submissions


def play(build: Build) -> tuple[list[dict[str, Any]], str]:
    """Its steps and, if it broke off, why: then there are only those before."""
    with scratch() as folder:
        session = _session(build, folder)
        try:
            _whole(session)
        except Exception as error:  # noqa: BLE001 - whatever a build does wrong belongs into the report
            return session.steps, f"{type(error).__name__}: {error}"
        finally:
            session.threads.shutdown(cancel_futures=True)
            session.processes.end_all()
        return session.steps, ""


def _session(build: Build, folder: Path) -> Session:
    port, services, key = free_port(), free_port(), master_key()
    variables = {
        "ASSAY_DATA_DIR": str(folder / "data"),
        "LOG_DIR": str(folder / "logs"),
        "DRAIN_NOTICE_SECONDS": "0",
        "ASSAY_SECRET_KEYS": key,
        "PUBLIC_URL": "https://assay.example",
        "CORS_ORIGINS": "https://app.example",
        "SUBMISSION_MAX_BYTES": "2000",
        "INSTRUCTIONS_MAX_BYTES": "4000",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{services}/v1",
        "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{services}",
        "OPENAI_MODEL": "gpt-6-luna",
        "ANTHROPIC_MODEL": "claude-sonnet-4-6",
        "AI_TIMEOUT_SECONDS": "60",
    }
    session = Session(Processes(build, folder, variables), port, services, folder / "data/mail")
    session.known = {f"127.0.0.1:{port}": "<address>", f"127.0.0.1:{services}": "<services>", str(folder): "<folder>"}
    return session


def _whole(session: Session) -> None:
    processes = session.processes
    simulator = processes.start("simulator", "simulate-ai", "--port", str(session.services))
    server = processes.start("server", "serve", "--port", str(session.port), "--no-worker", "--no-migrate")
    commands.without_a_database(session)
    wait_for(session.services, "/simulator/outage", simulator)
    wait_for(session.port, "/health", server)
    commands.migrations(session, server)
    accounts.teachers(session)
    commands.dictionary(session)
    worker = assignments.waits_for_a_worker(session)
    accounts.students(session)
    classes.play(session)
    assignments.play(session)
    with frozen(simulator) as thaw:
        assignments.while_it_is_built(session, thaw)
    submissions.play(session)
    with frozen(simulator) as thaw:
        submissions.while_it_is_graded(session, thaw)
    submissions.of_teachers(session)
    everywhere.play(session)
    assignments.with_failing_services(session)
    submissions.with_failing_services(session)
    accounts.passwords(session)
    commands.keys(session)
    classes.deletions(session)
    session.gather()
    session.ended("the worker ends", ("worker",), "worker", processes.end(worker))
    session.ended("the server ends", ("serve", "--no-worker", "--no-migrate"), "server", processes.end(server))
    session.ended("the simulated services end", ("simulate-ai",), "simulator", processes.end(simulator))
    limits.play(session)


@contextmanager
def frozen(simulator: subprocess.Popen[str]) -> Iterator[Any]:
    """The simulated services do not answer until what is given is called: jobs run for as long as that."""

    def thaw() -> None:
        os.kill(simulator.pid, signal.SIGCONT)

    os.kill(simulator.pid, signal.SIGSTOP)
    try:
        yield thaw
    finally:
        thaw()
