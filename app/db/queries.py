"""The query files of `sql/queries`: one statement each, read once at start; path = name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter

from app.settings import shipped


@dataclass(frozen=True, slots=True)
class Query:
    """One statement: `sql` with `$1, $2, …`, and the names of its parameters in that order."""

    name: str
    sql: str
    parameters: tuple[str, ...]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """The positional arguments for `sql`. Raises KeyError for a parameter nobody knows."""
        return [values[parameter] for parameter in self.parameters]

    def token_of(self, arguments: Sequence[Any]) -> Any:
        """The digest of the caller's token among `arguments`; None where the statement takes none."""
        return arguments[self.parameters.index("token_digest")] if "token_digest" in self.parameters else None


def load(folder: Path | None = None) -> dict[str, Query]:
    """Every query file below `folder` (default: the shipped `sql/queries`), by name, as in `student/list_scores`."""
    root = folder or shipped("sql") / "queries"
    files = sorted(root.glob("*/*.sql"))
    if not files:
        raise FileNotFoundError(f"no query files in {root}")
    return {query.name: query for query in (read(root, file) for file in files)}


@cache
def shipped_queries() -> Mapping[str, Query]:
    """`load()`, once a process, for all of it: nobody can change what it holds."""
    return MappingProxyType(load())


def read(root: Path, file: Path) -> Query:
    """One file. Its first comment line stays in front of the statement, so that the server's log shows it."""
    name = file.relative_to(root).with_suffix("").as_posix()
    lines = file.read_text("utf-8").splitlines()
    heading = next((line.strip() for line in lines if line.lstrip().startswith("--")), f"-- {name}")
    statement = "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip().rstrip(";")
    adapter = AsyncPGAdapter()  # type: ignore[no-untyped-call]
    label = name.replace("/", "__")
    loaded = aiosql.from_str(f"-- name: {label}^\n{statement}\n", lambda: adapter, mandatory_parameters=False)
    return Query(name, f"{heading}\n{getattr(loaded, label).sql}", tuple(adapter.var_sorted[label]))
