"""`assay delete-student`: a student and all they wrote leave the database, whichever teachers they had."""

import argparse
import asyncio

import asyncpg

from app.commands import CommandError
from app.db.database import Database
from app.db.queries import shipped_queries
from app.dev.embedded_postgres import database
from app.settings import Settings


class NoSuchStudent(CommandError):
    """There is no student with this e-mail address."""

    def __init__(self, email: str) -> None:
        super().__init__(f"There is no student with the e-mail address {email}.")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="the student's e-mail address")
    parser.add_argument("--reason", required=True, help="why, for the audit: a ticket number, not a person's name")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints how many submissions went. Raises NoSuchStudent, Unavailable and asyncpg.PostgresError."""
    with database(settings.database_url, settings.assay_data_dir) as url:
        submissions = asyncio.run(delete(url, arguments.email, arguments.reason))
    print(f"The student was deleted, with {submissions} submission{'' if submissions == 1 else 's'}.")
    return 0


async def delete(url: str, email: str, reason: str) -> int:
    """Deletes the student; how many submissions they had. Raises as `run`."""
    query = shipped_queries()["operator/delete_student"]
    async with Database(url, size=1, name="assay delete-student", role="assay_operator") as pool:
        try:
            row = await pool.row(query, query.arguments({"email": email, "reason": reason}))
        except asyncpg.PostgresError as error:
            if getattr(error, "constraint_name", None) == "not_found":
                raise NoSuchStudent(email) from None
            raise
    assert row is not None
    return int(row["submissions"])
