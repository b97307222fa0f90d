"""Which assay this is: the version of the installed package, and the commit that it was made from."""

import importlib.metadata
import os
import subprocess
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
WRITTEN = PACKAGE / "commit.txt"  # put into the wheel by hatch_build.py
GIT_SECONDS = 2.0


def version() -> str:
    """The number in pyproject.toml, as it was installed."""
    return importlib.metadata.version("assay")


def commit() -> str | None:
    """The commit in hexadecimal: of the wheel, else of the checkout that this is; None when neither tells."""
    try:
        return WRITTEN.read_text("ascii").strip() or None
    except OSError:
        return commit_of(PACKAGE.parent)


def commit_of(checkout: Path) -> str | None:
    """What git says of a folder that is a checkout's own root; a package installed inside another project has none."""
    if not (checkout / ".git").exists():
        return None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        said = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - wherever the machine has it
            cwd=checkout, env=environment, capture_output=True, text=True, timeout=GIT_SECONDS, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip() or None


def title() -> str:
    """What `assay --version` prints."""
    return f"assay {version()} ({commit() or 'commit unknown'})"
