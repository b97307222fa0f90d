"""`assay data-dictionary`: write docs/generated/database.md from the comments in the database."""

import argparse
from pathlib import Path

from app.commands import CommandError
from app.db.data_dictionary import write
from app.db.migrate import migrate
from app.dev.embedded_postgres import database
from app.settings import Settings

PAGE = "docs/generated/database.md"


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", default=PAGE, help=f"{PAGE} unless given")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is not current")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Raises CommandError when the page is not current, EmbeddedError and MigrationError."""
    path = Path(arguments.output)
    with database(settings.database_url, settings.assay_data_dir) as url:
        if settings.database_url is None:
            migrate(url)
        if not write(url, path, arguments.check):
            raise CommandError(f"{path} is not current; run assay data-dictionary.")
    return 0
