"""Which assay it is: told by a checkout, by a wheel and by the command, and unknown where nothing tells."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from app.version import commit_of
from tests.setup.console import ROOT, assay

MADE_BY = {"GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@school.example"}
MADE_BY |= {"GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@school.example"}


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, env=os.environ | MADE_BY, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_the_command_tells_version_and_commit(tmp_path: Path) -> None:
    said = assay("--version", cwd=tmp_path)
    assert (said.returncode, said.stdout) == (0, f"assay {version('assay')} ({commit_of(ROOT) or 'commit unknown'})\n")


def test_a_checkout_knows_its_commit_and_a_package_inside_another_checkout_does_not(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert commit_of(tmp_path) is None  # nothing is committed yet
    git(tmp_path, "commit", "--quiet", "--allow-empty", "-m", "first")
    assert commit_of(tmp_path) == git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "site-packages").mkdir()
    assert commit_of(tmp_path / "site-packages") is None


BUILD = """
import sys
from hatchling.builders.wheel import WheelBuilder
list(WheelBuilder(sys.argv[1]).build(directory=sys.argv[2], versions=["standard"]))
"""


@pytest.mark.parametrize("given", [None, "0123abc"])
def test_a_wheel_holds_its_commit_or_the_one_that_was_given(tmp_path: Path, given: str | None) -> None:
    variables = {"ASSAY_COMMIT": given} if given else {}
    subprocess.run(
        [sys.executable, "-c", BUILD, ROOT, tmp_path], env=os.environ | variables, capture_output=True, check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert {"app/sql/roles.sql", "app/sql/checks/switched_off.sql", "app/doctor/checks.py"} <= set(names)
        assert not [name for name in names if re.search(r"hatch_build|tests/", name)]
        expected = given or commit_of(ROOT)
        assert ("app/commit.txt" in names) == (expected is not None)
        if expected:
            assert archive.read("app/commit.txt").decode() == f"{expected}\n"
