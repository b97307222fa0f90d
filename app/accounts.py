"""Accounts that are made from the command line, never over HTTP."""

import asyncio

import asyncpg
from pydantic import ValidationError

from app.database import Database, Unavailable
from app.mail import link_of
from app.passwords import digest, hash_password, new_token
from app.queries import load
from app.settings import Settings
from app.web.refusals import refusal_of
from app.web.sent import Invitation, Registration


class AccountRefused(Exception):
    """The account cannot be made; the text is one plain sentence."""


def create_teacher(settings: Settings, name: str, email: str, password: str | None = None) -> str | None:
    """Make a teacher's account in the database at `settings.database_url` (which must be set).

    Returns the link to choose a password with, or None when a password was given. No letter is sent.
    Raises AccountRefused in a plain sentence.
    """
    if settings.database_url is None:
        raise AccountRefused("No database: settings.database_url is not set.")
    try:
        if password is None:
            Invitation(name=name, email=email)
        else:
            Registration(name=name, email=email, password=password)
    except ValidationError as trouble:
        first = trouble.errors(include_url=False, include_context=False, include_input=False)[0]
        raise AccountRefused(f"{first['loc'][0]}: {first['msg']}") from None
    return asyncio.run(_create(settings.database_url, settings, name, email, password))


async def _create(url: str, settings: Settings, name: str, email: str, password: str | None) -> str | None:
    query = load()["work/create_teacher"]
    token = new_token()
    values = {
        "name": name,
        "email": email,
        "password_hash": await hash_password(password) if password is not None else None,
        "mail_token": digest(token) if password is None else None,
    }
    async with Database(url, size=1, name="assay create-teacher") as database:
        try:
            row = await database.row(query, query.arguments(values))
        except Unavailable as trouble:
            raise AccountRefused(f"The database does not answer ({trouble.cause}).") from None
        except asyncpg.PostgresError as trouble:
            refusal = refusal_of(trouble, {})
            if refusal is None or refusal.code == "conflict":
                raise AccountRefused("There is an account with this e-mail address already.") from None
            raise AccountRefused(refusal.message) from None
    return link_of(settings, str(row["mail"]), token) if row and row["mail"] else None
