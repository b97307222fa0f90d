"""`python3 dev.py clients`: clients are generated from the OpenAPI document and play a session; beside, schemathesis.

    python3 dev.py clients                       all of it; some minutes
    python3 dev.py clients typescript python     some of it
    python3 dev.py clients student teacher       schemathesis alone, as either role

What is installed is locked in this folder and goes, like what is generated, to `.clients`. It takes node, npm and a
network, so it is no part of `dev.py test`: the forge's CI runs it by itself.
"""

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.clients.school import School, filled, opened

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MADE = ROOT / ".clients"
TYPESCRIPT, PYTHON, REQUESTS = MADE / "typescript", MADE / "python", MADE / "requests"
BIN = MADE / "venv/bin"


def run(*command: str | Path, cwd: Path = ROOT, variables: Mapping[str, str] | None = None) -> None:
    """What it says is printed at its end, since others run beside it. Raises CalledProcessError."""
    name = " ".join(Path(part).name if isinstance(part, Path) else part for part in command[:3])
    print("clients:", name, flush=True)
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**os.environ, **(variables or {})}, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    print(f"clients: {name}: exit code {done.returncode}\n{done.stdout}", end="", flush=True)
    done.check_returncode()


def is_new(folder: Path, lock: Path) -> bool:
    """Whether a folder was not made from this lock; its mark is written by `made`."""
    mark = folder / "made-from"
    return not mark.exists() or mark.read_text() != hashlib.sha256(lock.read_bytes()).hexdigest()


def made(folder: Path, lock: Path) -> None:
    (folder / "made-from").write_text(hashlib.sha256(lock.read_bytes()).hexdigest())


def install_python() -> None:
    """The generator for Python and schemathesis, each file checked against its hash."""
    folder, lock = MADE / "venv", HERE / "requirements.lock"
    if is_new(folder, lock):
        venv.create(folder, with_pip=True, clear=True, symlinks=True)
        run(BIN / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock)
        made(folder, lock)


def install_node() -> None:
    """The generator for TypeScript and its compiler, each package checked against its hash."""
    lock = HERE / "package-lock.json"
    if is_new(TYPESCRIPT, lock):
        shutil.rmtree(TYPESCRIPT, ignore_errors=True)
        TYPESCRIPT.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, TYPESCRIPT)
        run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=TYPESCRIPT)
        made(TYPESCRIPT, lock)


def typescript(document: Path, school: School) -> None:
    """openapi-typescript makes types, `tsc --strict` compiles a session with them, node plays it."""
    for name in ("tsconfig.json", "session.ts"):
        shutil.copy(HERE / name, TYPESCRIPT)
    (TYPESCRIPT / "generated").mkdir(exist_ok=True)
    run("npx", "--no-install", "openapi-typescript", document, "--output", "generated/schema.ts", cwd=TYPESCRIPT)
    run("npx", "--no-install", "tsc", cwd=TYPESCRIPT)
    run("node", "made/session.js", cwd=TYPESCRIPT, variables=school.variables)


def python(document: Path, school: School) -> None:
    """openapi-python-client makes a package, and a session is played with it."""
    shutil.rmtree(PYTHON, ignore_errors=True)
    PYTHON.mkdir(parents=True)
    run(BIN / "openapi-python-client", "generate", "--path", document, "--config", HERE / "python.yaml",
        "--fail-on-warning", "--meta", "none", "--output-path", PYTHON / "assay_client",
        variables={"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})  # fmt: skip
    run(BIN / "python", HERE / "session.py", variables={**school.variables, "PYTHONPATH": str(PYTHON)})


def requests(role: str, document: Path, school: School) -> None:
    """schemathesis makes requests of every kind as one role, and holds each answer against the document."""
    folder = REQUESTS / role
    folder.mkdir(parents=True, exist_ok=True)
    things = json.dumps(asyncio.run(filled(school)))
    variables = {**school.variables, "PYTHONPATH": str(ROOT), "ROLE": role, "THINGS": things}
    start = (BIN / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", f"{school.url}/openapi.json")
    # Whoever changes limits comes last: of what is refused as 429 nothing more is seen.
    for which in ("--exclude-path", "--include-path"):
        run(*start, which, "/teacher/rate-limits/{scope}", cwd=folder, variables=variables)


# What each part installs, and what it does.
PARTS: Mapping[str, tuple[Callable[[], None], Callable[[Path, School], None]]] = {
    "typescript": (install_node, typescript),
    "python": (install_python, python),
    "student": (install_python, partial(requests, "student")),
    "teacher": (install_python, partial(requests, "teacher")),
}


async def play(part: str) -> None:
    """A part on a school of its own."""
    with tempfile.TemporaryDirectory(prefix="assay-clients-") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 — an embedded PostgreSQL of root runs as somebody else
        document = Path(folder, "openapi.json")
        document.write_bytes(subprocess.check_output([sys.executable, "-m", "app", "openapi"], cwd=ROOT))
        async with opened(Path(folder)) as school:
            await asyncio.to_thread(PARTS[part][1], document, school)


async def main(parts: list[str]) -> None:
    """What there is to install, then all parts side by side. Raises what one of them raised, when all have ended."""
    installers = {PARTS[part][0] for part in parts}
    await asyncio.gather(*(asyncio.to_thread(install) for install in installers))
    for failed in await asyncio.gather(*map(play, parts), return_exceptions=True):
        if failed is not None:
            raise failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="dev.py clients")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them unless given")
    try:
        asyncio.run(main(parser.parse_args().parts or list(PARTS)))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
