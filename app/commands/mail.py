"""`assay mail`: list the mail that is not sent, or have one that has failed sent again."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from app.commands import CommandError, most_listed, table
from app.db.database import Database
from app.db.queries import shipped_queries
from app.dev import embedded_postgres
from app.settings import Settings


class MailRefused(CommandError):
    """The mail cannot be sent again; the text is one plain sentence."""


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, dest="what", metavar="action")
    options = actions.add_parser("list", help="what waits and what has failed, oldest first, without any link")
    options.add_argument("--limit", type=most_listed, default=50, help="at most so many; 50 unless given")
    does = "try one that has failed again, for a day"
    actions.add_parser("resend", help=does, description=does).add_argument("mail", type=UUID, help="its id")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints what came of it. Raises MailRefused, Unavailable and asyncpg.PostgresError."""
    with embedded_postgres.database(settings.database_url, settings.assay_data_dir) as url:
        if arguments.what == "list":
            rows = asyncio.run(_ask(url, "list_mail", {"most": arguments.limit}))
            print(table(rows) if rows else "No mail waits, and none has failed.")
        else:
            asyncio.run(_ask(url, "resend_mail", {"mail_id": arguments.mail}))
            print("It is tried again.")
    return 0


async def _ask(url: str, name: str, values: dict[str, Any]) -> Sequence[asyncpg.Record]:
    query = shipped_queries()[f"operator/{name}"]
    async with Database(url, size=1, name="assay mail", role="assay_operator") as database:
        try:
            return await database.rows(query, query.arguments(values))
        except asyncpg.PostgresError as error:
            if str(error.sqlstate).startswith("PT"):
                raise MailRefused(str(error.args[0])) from None
            raise
