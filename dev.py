"""`python3 dev.py demo` shows the main job, `run` serves, `test` runs the tests, `check` runs the checkers.

`migrate` updates the database, `psql` opens it, `clients` generates clients of the HTTP API and plays sessions with
them. All take further arguments.

The first time, and after a change of what is locked, .venv is made from requirements.lock with every hash checked.
Standard library only; an old Python must still be able to read this file, in order to be told so.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator  # noqa: UP035

ROOT = Path(__file__).resolve().parent
ENV = ROOT / ".venv"
BIN = ENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
MARK = ENV / "made-from.json"
COMMANDS = {
    "demo": [BIN / "assay", "demo"],
    "run": [BIN / "assay", "serve"],
    "test": [PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal"],  # four processes; `-n 0`: in this one
    "migrate": [BIN / "assay", "migrate"],
    "psql": [BIN / "assay", "psql", "--"],
    "clients": [PYTHON, "-m", "tests.clients"],
}
CHECKED = ("app", "tests", "bench", "dev.py", "hatch_build.py")
CHECKS: tuple[list[Path | str], ...] = (
    [BIN / "ruff", "check", *CHECKED],
    [BIN / "ruff", "format", "--check", *CHECKED],
    [BIN / "mypy"],
    [BIN / "squawk", *sorted(map(str, (ROOT / "sql/schema").glob("*.sql")))],
)
# These would send pip or the interpreter somewhere else than into .venv.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")
# With this each of the hundreds of processes that the tests start would compile all of assay.
SLOW = ("PYTHONDONTWRITEBYTECODE",)


def wanted() -> dict[str, str]:
    """What .venv is made from. `place` and `python` cannot be changed in an existing one, the others can."""
    return {
        "place": str(ROOT),
        "python": sys.version,
        "lock": hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest(),
        "project": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
    }


def made() -> dict[str, str]:
    """What the .venv that is there was made from; nothing when it is not whole."""
    try:
        found = json.loads(MARK.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and PYTHON.exists() else {}


@contextlib.contextmanager
def one_at_a_time() -> Iterator[list[int]]:
    """A second dev.py in this folder waits here, also for what a killed one had started: those inherit these files."""
    with (ROOT / "requirements.lock").open("rb") as lock:
        if os.name == "nt":
            yield []
            return
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        yield [lock.fileno()]


def empty_environment() -> list[str]:
    """Make an empty .venv; answers its installer."""
    import venv

    own = importlib.util.find_spec("ensurepip") is not None
    if not own and importlib.util.find_spec("pip") is None:
        sys.exit("This Python has neither ensurepip nor pip. On Debian and Ubuntu: apt install python3-venv")
    venv.create(ENV, with_pip=own, clear=True, symlinks=os.name != "nt")
    return installer()


def installer() -> list[str]:
    """The start of a pip command for .venv: its own pip, or this Python's where venv had none to give."""
    own = any(ENV.glob("lib*/python*/site-packages/pip")) or (ENV / "Lib/site-packages/pip").is_dir()
    start = [str(PYTHON), "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return [*start, "--disable-pip-version-check", "install", "--quiet"]


def ensure() -> None:
    """Make .venv what it should be. The mark goes first and comes last: an interrupted run starts from nothing."""
    if made() == wanted():
        return
    with one_at_a_time() as inherited:
        have, want = made(), wanted()
        if have == want:
            return
        print("dev.py: installing what requirements.lock names into .venv (once; a minute or so)", file=sys.stderr)
        MARK.unlink(missing_ok=True)
        usable = all(have.get(part) == want[part] for part in ("place", "python"))
        install = installer() if usable else empty_environment()
        for what in (
            ["--require-hashes", "--requirement", str(ROOT / "requirements.lock")],
            ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        ):
            subprocess.run([*install, "--no-compile", *what], check=True, pass_fds=inherited)
        # On all processors at once; pip would use one.
        subprocess.run([str(PYTHON), "-m", "compileall", "-qq", "-j", "0", str(ENV)], check=False, pass_fds=inherited)
        MARK.write_text(json.dumps(want), "utf-8")


def check() -> int:
    """Linters, formatting and types: every checker runs, and each says what it finds. 1 if any found something."""
    failed = []
    for command in CHECKS:
        print("dev.py:", Path(command[0]).stem, *command[1:3], file=sys.stderr, flush=True)
        if subprocess.run(list(map(str, command)), check=False).returncode:
            failed.append(Path(command[0]).stem)
    if failed:
        print("dev.py: not clean:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def main() -> int:
    """Set up, then become the command."""
    if sys.version_info < (3, 11):  # noqa: UP036
        version = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit("assay needs Python 3.11 or newer; this is {}. Try: python3.11 dev.py".format(version))  # noqa: UP032
    known = ("check", *COMMANDS)
    if sys.argv[1:2] == [] or sys.argv[1] not in known:
        sys.exit(f"usage: python3 dev.py {'|'.join(known)} [arguments]")
    for name in (*MISLEADING, *SLOW):
        os.environ.pop(name, None)
    try:
        ensure()
    except subprocess.CalledProcessError as error:
        return int(error.returncode) or 1  # pip has said why
    except OSError as error:
        sys.exit(f"dev.py: {error}")
    os.chdir(ROOT)
    if sys.argv[1] == "check":
        return check()
    command = [*map(str, COMMANDS[sys.argv[1]]), *sys.argv[2:]]
    if os.name == "nt":
        return subprocess.run(command, check=False).returncode
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
