"""hatchling's hook: a wheel, and an archive of the sources, say in app/commit.txt which commit they were made from."""

import os
import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface[Any]):
    """ASSAY_COMMIT names the commit where the sources have neither git's folder nor the file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install has no file: its checkout is asked when it runs."""
        if version == "editable":
            return
        known = os.environ.get("ASSAY_COMMIT") or self._commit()
        if known:
            self._file = tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii")  # noqa: SIM115 - until finalize
            self._file.write(f"{known}\n")
            self._file.flush()
            build_data["force_include"][self._file.name] = "app/commit.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "_file"):
            self._file.close()

    def _commit(self) -> str | None:
        written = Path(self.root, "app/commit.txt")
        if written.exists():
            return written.read_text("ascii").strip()
        found: str | None = runpy.run_path(str(Path(self.root, "app/version.py")))["commit_of"](Path(self.root))
        return found
