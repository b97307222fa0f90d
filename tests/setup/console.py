"""`assay` in a process of its own, with no settings but those that are given."""

import os
import subprocess
import sys
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def alone(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a process of its own, with no settings but these."""
    known = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in known}
    return inherited | {"PYTHONPATH": str(ROOT)} | environment


def assay(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `assay` in the folder `cwd` to its end."""
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, cwd=cwd, env=alone(environment), capture_output=True, text=True)
