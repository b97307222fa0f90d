"""The console script: what its user got wrong is one sentence on stderr and an exit code, never a traceback."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet

from app.cli import names
from app.smtp_url import SENTENCE
from tests.conftest import scratch
from tests.setup.console import alone, assay


def test_migrate_says_what_is_pending_does_it_and_then_has_nothing_to_do(tmp_path: Path, empty_db: str) -> None:
    before = assay("migrate", "--status", cwd=tmp_path, DATABASE_URL=empty_db)
    assert before.returncode == 1
    assert "pending: sql/roles.sql" in before.stdout.splitlines()
    done = assay("migrate", cwd=tmp_path, DATABASE_URL=empty_db).stdout
    assert "applied: sql/schema/0001" in done
    assert re.search(r"^in force: \d+ files of sql/$", done, re.M), "counted, and not each named"
    assert assay("migrate", cwd=tmp_path, DATABASE_URL=empty_db).stdout == "Nothing to do.\n"
    after = assay("migrate", "--status", cwd=tmp_path, DATABASE_URL=empty_db)
    assert (after.returncode, after.stdout) == (0, "Nothing is pending.\n")


def test_without_a_database_url_the_embedded_one_is_used() -> None:
    with scratch() as place:
        done = assay("migrate", "--status", cwd=place)
        assert (done.returncode, done.stderr) == (1, "")
        assert (place / ".assay/postgres/global").is_dir()
        assert not (place / ".assay/postgres/postmaster.pid").exists()


def test_the_first_command_of_all_may_be_one_that_makes_a_teacher(empty_db: str) -> None:
    tove = ("create-teacher", "--name", "Tove", "--email", "tove@school.example")
    with scratch() as place:
        made = assay(*tove, cwd=place)
        assert (made.returncode, made.stderr) == (0, "")
        assert re.fullmatch(r"http://\S+\?token=\S+\n", made.stdout)
        again = assay(*tove, cwd=place)
        assert again.stderr == "assay: There is an account with this e-mail address already.\n"
    with scratch() as place:  # a database that is somebody's is not migrated unasked
        told = assay(*tove, cwd=place, DATABASE_URL=empty_db)
        assert told.returncode == 1
        assert "run `assay migrate` first" in told.stderr


@pytest.mark.parametrize(
    ("environment", "code", "sentence"),
    [
        ({"SMTP_URL": "smtp://u:hunter2/x@h:25"}, 2, f"assay: These settings are wrong: SMTP_URL: {SENTENCE}\n"),
        ({"DATABASE_REPLICA_URL": "mysql://u:hunter2@x"}, 2, "assay: These settings are wrong: DATABASE_REPLICA_URL: "),
        ({"PORT": "70000"}, 2, "assay: These settings are wrong: PORT: "),
        ({"LOG_LEVEL": "hunter2"}, 2, "assay: These settings are wrong: LOG_LEVEL: "),
        ({"DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:1/x"}, 1, "assay: The database cannot be reached: "),
        ({"DATABASE_URL": "mysql://me:hunter2@127.0.0.1/x"}, 2, "assay: These settings are wrong: DATABASE_URL: "),
        ({"ASSAY_DATA_DIR": "/dev/null/x"}, 1, "assay: The embedded PostgreSQL cannot start in /dev/null/x: "),
    ],
)
def test_what_a_user_got_wrong_is_one_sentence(
    tmp_path: Path, environment: dict[str, str], code: int, sentence: str
) -> None:
    done = assay("migrate", cwd=tmp_path, **environment)
    assert done.returncode == code
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


def test_what_a_command_refuses_is_one_sentence(tmp_path: Path, db: str) -> None:
    refused = assay("create-teacher", "--name", "T", "--email", "nobody", cwd=tmp_path, DATABASE_URL=db)
    assert (refused.returncode, refused.stderr) == (1, "assay: email: This is not an e-mail address.\n")
    unfit = assay("worker", cwd=tmp_path, DATABASE_URL=db, ASSAY_SECRET_KEYS="hunter2")
    assert unfit.returncode == 1
    assert unfit.stderr.splitlines()[-1].startswith("assay: Key 1 of ASSAY_SECRET_KEYS is not ")
    assert "hunter2" not in unfit.stderr
    assert assay("simulate-ai", "--port", "70000", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["serve", "worker", "simulate-ai"])
def test_a_log_folder_that_cannot_be_used_is_named_like_its_setting(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    for folder in ("file", "file/logs", "/proc/x"):
        done = assay(command, cwd=tmp_path, LOG_DIR=folder)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.startswith("assay: LOG_DIR cannot be used: ")
        assert folder in done.stderr


def test_a_file_of_settings_that_is_not_utf_8_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("MAIL_FROM=Schöne Schule".encode("latin-1"))
    done = assay("migrate", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "assay: .env is not UTF-8.\n")


@pytest.mark.parametrize("limit", ["-1", "0", "1000001", "99999999999", "many"])
def test_a_list_of_jobs_has_a_length_that_can_be_asked_for(tmp_path: Path, limit: str) -> None:
    done = assay("jobs", "list", "--limit", limit, cwd=tmp_path)
    assert done.returncode == 2
    assert "argument --limit: " in done.stderr.splitlines()[-1]


def test_an_option_of_serve_that_is_wrong_is_named_like_its_setting(tmp_path: Path) -> None:
    done = assay("serve", "--port", "70000", cwd=tmp_path)
    assert (done.returncode, done.stderr.partition(": Input")[0]) == (2, "assay: These settings are wrong: PORT")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_who_is_told_to_end_while_starting_ends_with_0(tmp_path: Path, empty_db: str, command: str) -> None:
    environment = alone({"DATABASE_URL": empty_db, "ASSAY_SECRET_KEYS": Fernet.generate_key().decode(), "PORT": "0"})
    process = subprocess.Popen([sys.executable, "-m", "app", command], cwd=tmp_path, env=environment)
    try:
        while not caught(process.pid, signal.SIGTERM):
            assert process.poll() is None
            time.sleep(0.005)
        assert not (tmp_path / "logs").exists()  # it still imports what it needs
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def caught(pid: int, number: int) -> bool:
    """Whether the process has a handler for this signal."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return bool(int(status.split("SigCgt:")[1].split()[0], 16) >> (number - 1) & 1)


def test_every_command_has_a_sentence_of_help(tmp_path: Path) -> None:
    shown = assay("--help", cwd=tmp_path).stdout
    for command in names():
        assert re.search(rf"^    {command}\s+[a-z\'`].+", shown, re.M), command


@pytest.mark.parametrize("words", [["migrate", "--status"], ["jobs", "list"]])
def test_nobody_reading_is_no_error(tmp_path: Path, db: str, empty_db: str, words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = alone({"DATABASE_URL": empty_db if words[0] == "migrate" else db})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app", *words], cwd=tmp_path, env=environment, stdout=writing,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_psql_opens_the_database_with_the_password_on_no_command_line(tmp_path: Path, db: str) -> None:
    shown = assay("psql", "--", "-Atc", "select current_user, current_database()", cwd=tmp_path, DATABASE_URL=db)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.strip() == f"postgres|{urlsplit(db).path.strip('/')}"
    secret = "postgresql://me:hunter2@127.0.0.1:1/x"
    refused = assay("psql", "--", "-c", "select 1", cwd=tmp_path, DATABASE_URL=secret)
    assert refused.returncode == 2
    assert "hunter2" not in refused.stdout + refused.stderr
