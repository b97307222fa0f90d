"""`assay` in a process of its own, with no settings but those that are given."""

import os
import subprocess
from pathlib import Path
from tempfile import NamedTemporaryFile

from app.cli import main
from app.settings import Settings
from tests.forked import fork

ROOT = Path(__file__).resolve().parents[2]


def alone(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a process of its own, with no settings but these."""
    known = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in known}
    return inherited | {"PYTHONPATH": str(ROOT)} | environment


def assay(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `assay` in the folder `cwd` to its end."""
    with NamedTemporaryFile() as out, NamedTemporaryFile() as err:
        files = {"out": Path(out.name), "log": Path(err.name)}
        process = fork(main, list(arguments), folder=cwd, environment=alone(environment), **files)
        code = process.wait()
        return subprocess.CompletedProcess(["assay", *arguments], code, out.read().decode(), err.read().decode())
