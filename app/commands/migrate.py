"""`assay migrate`: bring the database up to the files under sql/, or list what that would apply."""

import argparse
from collections.abc import Sequence

from app.db.migrate import migrate, pending
from app.dev.embedded_postgres import database
from app.settings import Settings

PENDING = 1
MOST_NAMED = 20  # files, one by one: of a first start there are hundreds


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", action="store_true", help="list what is pending, change nothing; 1 if anything is")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints what was done or is pending. Raises EmbeddedError and MigrationError."""
    with database(settings.database_url, settings.assay_data_dir) as url:
        if arguments.status:
            waiting = pending(url)
            print("\n".join(f"pending: {path}" for path in waiting) or "Nothing is pending.")
            return PENDING if waiting else 0
        result = migrate(url)
    done = [
        *(f"applied: sql/schema/{name}.sql" for name in result.applied),
        *_in_force(result.replaced),
        *(f"done: {statement}" for statement in result.dropped),
    ]
    print("\n".join(done) or "Nothing to do.")
    return 0


def _in_force(files: Sequence[str]) -> list[str]:
    if len(files) > MOST_NAMED:
        return [f"in force: {len(files)} files of sql/"]
    return [f"in force: sql/{path}" for path in files]
