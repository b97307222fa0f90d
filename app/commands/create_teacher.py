"""`assay create-teacher`: a teacher's account; without a password, a link with which to set one."""

import argparse
import asyncio
import sys
import unicodedata

import asyncpg

from app.commands import CommandError
from app.db.database import Database
from app.db.error_codes import register
from app.db.migrate import migrate
from app.db.queries import shipped_queries
from app.dev.embedded_postgres import database
from app.mail.address import typed
from app.mail.message import link_of
from app.security.passwords import LONGEST_PASSWORD, Turns, digest, hash_password, new_token, prepared
from app.settings import Settings


class AccountRefused(CommandError):
    """The account cannot be made; the text is one plain sentence."""


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True)
    parser.add_argument("--email", required=True)
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints the link, or that the account is ready."""
    password = sys.stdin.readline().rstrip("\r\n") if arguments.password_stdin else None
    link = create_teacher(settings, name=arguments.name, email=arguments.email, password=password)
    print(link or f"{arguments.email} can log in now.")
    return 0


def create_teacher(settings: Settings, name: str, email: str, password: str | None = None) -> str | None:
    """Make a teacher's account.

    Returns the link to choose a password with, or None when a password was given. No mail is sent.
    Raises AccountRefused, Unavailable and asyncpg.PostgresError.
    """
    try:
        email = typed(email)
    except ValueError as error:
        raise AccountRefused(f"email: {error}") from None
    if password is not None and not 1 <= len(prepared(password)) <= LONGEST_PASSWORD:
        raise AccountRefused(f"password: A password has 1 to {LONGEST_PASSWORD} characters.")
    with database(settings.database_url, settings.assay_data_dir) as url:
        if settings.database_url is None:  # perhaps the first command that anybody runs here
            migrate(url)
        return asyncio.run(_create(url, settings, unicodedata.normalize("NFC", name), email, password))


async def _create(url: str, settings: Settings, name: str, email: str, password: str | None) -> str | None:
    query = shipped_queries()["operator/create_teacher"]
    token = new_token()
    values = {
        "name": name,
        "email": email,
        "password_hash": await hash_password(password, Turns()) if password is not None else None,
        "link_digest": digest(token) if password is None else None,
    }
    async with Database(url, size=1, name="assay create-teacher", role="assay_operator") as pool:
        try:
            await pool.row(query, query.arguments(values))
        except asyncpg.PostgresError as error:
            rule = register().get(str(getattr(error, "constraint_name", "")))
            if rule is None:
                raise
            taken = "There is an account with this e-mail address already."
            raise AccountRefused(taken if rule.code == "email_taken" else rule.sentence) from None
    return link_of(settings.link_prefix, "invitation", token) if password is None else None
