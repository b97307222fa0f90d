"""`assay migrate`: bring the database up to the files under sql/, or list what that would apply."""

import argparse

from app.db.migrate import migrate, pending
from app.dev.embedded_postgres import database
from app.settings import Settings

PENDING = 1


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
        *(f"in force: sql/{path}" for path in result.replaced),
        *(f"done: {statement}" for statement in result.dropped),
    ]
    print("\n".join(done) or "Nothing to do.")
    return 0
