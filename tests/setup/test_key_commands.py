"""`assay check-ai` and `assay rotate-secret`, and what a start says of models that end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.fernet import Fernet

from app.db.database import Database
from app.db.queries import load
from app.security.keyring import KeyUnreadable, Ring
from app.settings import Settings
from app.worker.model_retirements import report_model_retirements
from tests.setup.console import ROOT, assay

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def teachers(url: str, number: int) -> list[UUID]:
    """So many teachers, `teacher-0@School.Example` and on."""
    with psycopg.connect(url) as admin:
        made = admin.execute(
            """insert into assay.teachers (name, email)
               select 'Teacher ' || n, 'teacher-' || n || '@School.Example' from generate_series(0, %s - 1) as n
               returning id""",
            [number],
        )
        return [row[0] for row in made]


def store(url: str, rows: list[tuple[UUID, str, bytes]]) -> None:
    """Sealed keys, in place of earlier ones."""
    with psycopg.connect(url) as admin, admin.cursor() as cursor:
        cursor.executemany(
            """insert into assay.api_keys (teacher_id, provider, sealed, last4) values (%s, %s, %s, 'last')
               on conflict on constraint one_key_per_service do update set sealed = excluded.sealed""",
            rows,
        )


def stored(url: str) -> list[tuple[UUID, str, bytes]]:
    with psycopg.connect(url) as admin:
        rows = admin.execute("select teacher_id, provider, sealed from assay.api_keys order by 1, 2").fetchall()
    return [(row[0], row[1], bytes(row[2])) for row in rows]


def opened_by(url: str, *masters: str) -> int:
    """How many stored keys a ring opens."""
    ring, opened = Ring(masters), 0
    for row in stored(url):
        try:
            ring.open(*row)
        except KeyUnreadable:
            continue
        opened += 1
    return opened


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables that `assay simulate-ai` prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "simulate-ai", "--port", "0"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        yield dict(pair.split("=", 1) for pair in process.stdout.readline().split())
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=300)


@pytest.mark.parametrize(
    ("openai", "anthropic", "code", "expected"),
    [
        ("fine", "fine", 0, ["openai: gpt-4o: ok, ", "anthropic: claude-sonnet-4-6: ok, "]),
        (
            "sim:fail=model-gone,model=gpt-4o", "sim:fail=401", 0,
            ["openai: gpt-4o: model_gone (NotFoundError, status 404", "openai: gpt-6-luna: ok, ",
             "anthropic: claude-sonnet-4-6: authentication (AuthenticationError, status 401"],
        ),
        (
            "sim:hang", "sim:null", 1,
            ["openai: gpt-4o: down (TimeoutError, status none), ", "openai: gpt-6-luna: down (TimeoutError, ",
             "anthropic: claude-sonnet-4-6: bad_response (no_content, status 200), "],
        ),
        ("sim:fail=quota", None, 1, ["openai: gpt-4o: quota (RateLimitError, status 429",
                                     "anthropic: no key is stored"]),
        (None, "fine", 0, ["openai: no key is stored", "anthropic: claude-sonnet-4-6: ok, "]),
        ("foreign", None, 1, ["openai: The stored openai key was sealed for another teacher or service.",
                              "anthropic: no key is stored"]),
        (None, None, 1, ["openai: no key is stored", "anthropic: no key is stored"]),
    ],
)  # fmt: skip
def test_check_ai_says_what_works_and_never_a_key(
    db: str, tmp_path: Path, simulator: dict[str, str], openai: Any, anthropic: Any, code: int, expected: list[str]
) -> None:
    me, other = teachers(db, 2)
    keys = {"openai": openai, "anthropic": anthropic}
    ring = Ring((OLD,))
    store(
        db,
        [
            (me, provider, ring.seal(other if word == "foreign" else me, provider, f"sk-sim-Secret-{word}"))
            for provider, word in keys.items()
            if word
        ],
    )
    done = assay(
        "check-ai", "--teacher", "TEACHER-0@school.example", cwd=tmp_path, DATABASE_URL=db, ASSAY_SECRET_KEYS=OLD,
        AI_TIMEOUT_SECONDS="2" if openai == "sim:hang" else "20", **simulator,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (code, len(expected)), done.stderr
    for line, wanted in zip(lines, expected, strict=True):
        assert line.startswith(wanted)
        assert line.endswith(" ms") or not wanted.endswith(", ")
    assert "Secret" not in done.stdout + done.stderr


def test_check_ai_knows_teachers_only(db: str, tmp_path: Path) -> None:
    with psycopg.connect(db) as admin:
        admin.execute("insert into assay.students (name, email) values ('Anna', 'anna@school.example')")
    for email in ("anna@school.example", "nobody@school.example"):
        done = assay("check-ai", "--teacher", email, cwd=tmp_path, DATABASE_URL=db, ASSAY_SECRET_KEYS=OLD)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"assay: There is no teacher with the e-mail address {email}.\n"


def rotate(db: str, tmp_path: Path, *masters: str) -> subprocess.CompletedProcess[str]:
    return assay("rotate-secret", cwd=tmp_path, DATABASE_URL=db, ASSAY_SECRET_KEYS=",".join(masters))


def sealed_for(owners: list[UUID], master: str) -> list[tuple[UUID, str, bytes]]:
    ring = Ring((master,))
    return [(one, to, ring.seal(one, to, f"sk-sim-{one}-{to}")) for one in owners for to in ("openai", "anthropic")]


def test_rotate_secret_moves_every_key_to_the_newest_master_key(db: str, tmp_path: Path) -> None:
    store(db, sealed_for(teachers(db, 600), OLD))
    done = rotate(db, tmp_path, NEW, OLD)
    assert (done.returncode, done.stdout) == (0, "1200 keys were encrypted anew, 0 were so already.\n")
    assert (opened_by(db, NEW), opened_by(db, OLD)) == (1200, 0)
    before = stored(db)
    done = rotate(db, tmp_path, NEW)
    assert (done.returncode, done.stdout) == (0, "0 keys were encrypted anew, 1200 were so already.\n")
    assert stored(db) == before


def test_rotate_secret_names_the_keys_that_it_cannot_open(db: str, tmp_path: Path) -> None:
    one, other, lost = teachers(db, 3)
    good = sealed_for([one, other], OLD)
    (_, _, swapped), *_ = good
    store(
        db,
        [
            *good,
            (lost, "openai", swapped),
            (lost, "anthropic", sealed_for([lost], Fernet.generate_key().decode())[1][2]),
        ],
    )
    done = rotate(db, tmp_path, NEW, OLD)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"The anthropic key of teacher {lost} cannot be opened with any of ASSAY_SECRET_KEYS.",
        f"The openai key of teacher {lost} cannot be opened with any of ASSAY_SECRET_KEYS.",
        "4 keys were encrypted anew, 0 were so already.",
    ]
    assert opened_by(db, NEW) == 4


def test_rotate_secret_may_be_killed_at_any_moment(db: str, tmp_path: Path) -> None:
    owners = teachers(db, 2000)
    store(db, sealed_for(owners, OLD))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DATABASE_URL": db, "ASSAY_SECRET_KEYS": f"{NEW},{OLD}"}
    process = subprocess.Popen([sys.executable, "-m", "app", "rotate-secret"], cwd=tmp_path, env=environment)
    with psycopg.connect(db, autocommit=True) as admin:
        first = stored(db)[0][2]
        while admin.execute("select from assay.api_keys where sealed = %s", [first]).fetchone() and not process.poll():
            time.sleep(0.005)
    process.kill()
    process.wait(20)
    assert opened_by(db, NEW, OLD) == 4000
    done = rotate(db, tmp_path, NEW, OLD)
    assert done.returncode == 0
    assert opened_by(db, NEW) == 4000


def test_rotate_secret_never_brings_back_a_key_that_was_replaced_meanwhile(db: str, tmp_path: Path) -> None:
    owners, ring, stop, written = teachers(db, 500), Ring((OLD,)), threading.Event(), []
    store(db, sealed_for(owners, OLD))

    def replace() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            batch = owners[number * 37 % 500 :: 50]
            store(db, [(one, "openai", ring.seal(one, "openai", f"sk-sim-{one}-{number}")) for one in batch])
            written.append((number, batch))

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        done = rotate(db, tmp_path, NEW, OLD)
    finally:
        stop.set()
        thread.join()
    assert done.returncode == 0
    last = {one: number for number, batch in written for one in batch}
    both = Ring((NEW, OLD))
    for owner, provider, sealed in stored(db):
        number = last.get(owner) if provider == "openai" else None
        assert both.open(owner, provider, sealed) == f"sk-sim-{owner}-{provider if number is None else number}"


async def test_a_start_says_which_models_end_and_what_to_do(db: str, caplog: pytest.LogCaptureFixture) -> None:
    with psycopg.connect(db) as admin:
        admin.execute("delete from assay.ai_models")
        admin.execute(
            """insert into assay.ai_models (provider, model, rank, retires_on, enabled) values
                   ('openai', 'gone', 1, current_date, true),
                   ('openai', 'soon', 2, current_date + 60, true),
                   ('openai', 'later', 3, current_date + 61, true),
                   ('openai', 'off', 4, current_date - 9, false),
                   ('anthropic', 'last', 1, current_date + 1, true),
                   ('anthropic', 'before it', 2, current_date - 1, true),
                   ('anthropic', 'never asked', 3, null, false)"""
        )
        dates = admin.execute("select current_date + 60, current_date + 1").fetchone()
    assert dates
    async with Database(db, role="assay_worker") as database:
        await report_model_retirements(database, load())
    insert = "Remedy: insert a row for its successor into assay.ai_models; it is used within seconds."
    none = f"and no enabled row of assay.ai_models for anthropic outlives it. {insert}"
    name = "app.worker.model_retirements"
    lines = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == name]
    assert sorted(lines) == sorted([
        ("WARNING", f"The model soon of openai is called until {dates[0]} and not on that day; then later does "
                    "its work. Remedy: nothing, or give the model you prefer a row in assay.ai_models with a "
                    "smaller rank."),
        ("ERROR", f"The model last of anthropic is called until {dates[1]} and not on that day, {none}"),
    ])  # fmt: skip


def test_a_model_that_was_retired_before_the_database_was_made_is_there_but_disabled(db: str) -> None:
    with psycopg.connect(db) as admin:
        past = admin.execute("select model, enabled from assay.ai_models where retires_on <= current_date").fetchall()
    assert ("claude-3-7-sonnet-20250219", False) in past
    assert not any(enabled for _, enabled in past)


def test_a_worker_says_so_when_it_starts_and_stops_when_told(db: str, tmp_path: Path) -> None:
    with psycopg.connect(db) as admin:
        admin.execute("insert into assay.ai_models values ('openai', 'soon', 99, current_date + 30)")
    known = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in known}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        env=inherited | {"PYTHONPATH": str(ROOT), "DATABASE_URL": db, "ASSAY_SECRET_KEYS": OLD},
    )  # fmt: skip
    assert process.stderr
    said = ""
    while "The model soon of openai is called until" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    process.send_signal(signal.SIGTERM)
    said += process.communicate(timeout=300)[1]
    assert process.returncode == 0
    assert "has not been called since" not in said


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["serve", "--port", "0"], {"PROMPTS_DIR": "/nowhere", "ASSAY_SECRET_KEYS": OLD},
         "PROMPTS_DIR is /nowhere, which is not a folder"),
        (["worker"], {"ASSAY_SECRET_KEYS": "hunter2"}, "Key 1 of ASSAY_SECRET_KEYS is not the url-safe base64"),
        (["worker"], {"ASSAY_SECRET_KEYS": "A" * 43 + "="}, "Key 1 of ASSAY_SECRET_KEYS is weak"),
        (["rotate-secret"], {}, "ASSAY_SECRET_KEYS is not set; "),
        (["rotate-secret"], {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "ASSAY_SECRET_KEYS": OLD},
         "The database does not answer (ConnectionRefusedError: "),
        (["create-teacher", "--name", "T", "--email", "no address"], {}, "email: This is not an e-mail address."),
    ],
)  # fmt: skip
def test_a_start_that_cannot_be_is_one_plain_sentence(
    db: str, tmp_path: Path, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    done = assay(*arguments, cwd=tmp_path, **{"DATABASE_URL": db, **environment})
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"assay: {sentence}")
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_a_database_that_was_never_migrated_is_one_plain_sentence(empty_db: str, tmp_path: Path) -> None:
    for command in (["rotate-secret"], ["check-ai", "--teacher", "a@b.example"]):
        done = assay(*command, cwd=tmp_path, DATABASE_URL=empty_db, ASSAY_SECRET_KEYS=OLD)
        assert (done.returncode, done.stderr.splitlines()[-1]) == (
            1, "assay: The database was not migrated: run `assay migrate` first.",
        )  # fmt: skip
