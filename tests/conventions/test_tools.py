"""The checkers have nothing to say."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "sql/schema").glob("*.sql"))


def program(name: str) -> str:
    """Beside the interpreter that runs the tests, or on the PATH."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is not installed"
    return found


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "app", "tests", "dev.py"], id="ruff-check"),
        pytest.param(["ruff", "format", "--check", "app", "tests", "dev.py"], id="ruff-format"),
        pytest.param(["mypy"], id="mypy-strict"),
        pytest.param(["squawk", *MIGRATIONS], id="squawk"),
    ],
)
def test_a_checker_finds_nothing(command: list[str]) -> None:
    done = subprocess.run([program(command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
