"""`assay teachers`: list them, disable or enable one, delete an account, or send an invitation again."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from app.commands import CommandError, most_listed, table
from app.db.database import Database
from app.db.queries import shipped_queries
from app.dev import embedded_postgres
from app.mail.links import MailLinks
from app.security.keyring import SecretRefused, load_ring
from app.settings import Settings

QUERIES = {
    "list": "list_teachers",
    "disable": "disable_teacher",
    "enable": "enable_teacher",
    "delete": "delete_teacher",
    "invite": "invite_teacher",
}
DOES = {
    "disable": "log out everywhere and refuse every login; students still read, hand in and are graded",
    "enable": "let a disabled teacher log in again",
    "delete": "name, address, password and keys go, classes and assignments too; students keep scores and coins",
    "invite": "send a teacher without a password another mail with a link to choose one",
}


class TeacherRefused(CommandError):
    """It cannot be done to this teacher; the text is one plain sentence."""


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, dest="what", metavar="action")
    options = actions.add_parser("list", help="all of them, oldest first")
    options.add_argument("--limit", type=most_listed, default=1000, help="at most so many; 1000 unless given")
    for name, does in DOES.items():
        options = actions.add_parser(name, help=does, description=f"{does[:1].upper()}{does[1:]}.")
        options.add_argument("email", help="the teacher's e-mail address")
        if name != "invite":
            options.add_argument("--reason", required=True, help="why, for the audit: a ticket number, not a name")
        if name == "disable":
            forget = "and delete their API keys: what needs an AI fails from then on"
            options.add_argument("--forget-keys", action="store_true", help=forget)
        if name == "delete":
            force = "also while there are submissions to their assignments"
            options.add_argument("--force", action="store_true", help=force)


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints what came of it. Raises TeacherRefused, Unavailable and asyncpg.PostgresError."""
    values: dict[str, Any] = {**vars(arguments), "most": getattr(arguments, "limit", None)}
    if arguments.what == "invite":
        try:
            values |= MailLinks(load_ring(settings, settings.database_url is None), settings.link_prefix).new()
        except SecretRefused as error:
            raise TeacherRefused(str(error)) from None
    with embedded_postgres.database(settings.database_url, settings.assay_data_dir) as url:
        print(said(arguments.what, asyncio.run(_ask(url, QUERIES[arguments.what], values))))
    return 0


def said(what: str, rows: Sequence[asyncpg.Record]) -> str:
    """What to print of an answer."""
    if what == "list":
        return table(rows) if rows else "No teachers."
    if what == "disable":
        return f"The teacher cannot log in. Sessions ended: {rows[0]['sessions']}."
    if what == "delete":
        gone = rows[0]
        return (
            f"The account was deleted, with {gone['classes']} classes and {gone['assignments']} assignments;"
            f" {gone['submissions']} submissions to these stay with their students."
        )
    return {"enable": "The teacher may log in.", "invite": "The invitation is sent again."}[what]


async def _ask(url: str, name: str, values: dict[str, Any]) -> Sequence[asyncpg.Record]:
    query = shipped_queries()[f"operator/{name}"]
    async with Database(url, size=1, name="assay teachers", role="assay_operator") as database:
        try:
            return await database.rows(query, query.arguments(values))
        except asyncpg.PostgresError as error:
            if not str(error.sqlstate).startswith("PT"):
                raise
            if getattr(error, "constraint_name", None) == "not_found":
                raise TeacherRefused(f"There is no teacher with the e-mail address {values['email']}.") from None
            raise TeacherRefused(str(error.args[0])) from None
