"""Registration, verification, login and passwords: where hashing and mail stand around a door."""

import asyncio
import hashlib
import random
import time
from importlib.resources import files
from typing import Any

from app.security.passwords import digest, hash_password, is_outdated, is_password, new_token
from app.web.body import of_strings, pairs_of
from app.web.errors import Refusal
from app.web.handlers.query import column
from app.web.parameters import read_model, sent
from app.web.request import Answer, Call, raw
from app.web.schemas.requests import Address, Link, Login, NewPassword, Registration

# Requests that must not tell whether an address is known are answered this many seconds after they arrived,
# or a whole number of such spans later, so that the time does not show what the database had to do.
SPAN = 0.15


async def _even_out(began: float) -> None:
    spent = time.monotonic() - began
    await asyncio.sleep(SPAN - spent % SPAN + random.uniform(0, SPAN / 10))  # noqa: S311


def _post(call: Call, row: Any, token: str) -> Any:
    """Send the letter that a door asked for, if any. Returns the door's own answer."""
    if row is None:
        return None
    if row["mail"]:
        call.world.mailer.post(row["mail"], row["email"], row["name"], token)
    return row["body"]


async def register(call: Call) -> Answer:
    """A student's account, and a letter: the same answer, in the same time, whether or not the address is known."""
    began, token = time.monotonic(), new_token()
    model = await read_model(call, Registration)
    assert isinstance(model, Registration)
    values = {
        "name": model.name,
        "email": model.email,
        "password_hash": await hash_password(model.password),
        "mail_token": digest(token),
    }
    _post(call, await call.row(call.route.query, values), token)
    await _even_out(began)
    return Answer(202, b'{"status":"verification_sent"}')


async def letter(call: Call) -> Answer:
    """A new letter to an address, if it is known; always the same answer, in the same time."""
    began, token = time.monotonic(), new_token()
    model = await read_model(call, Address)
    assert isinstance(model, Address)
    values = {"email": model.email, "mail_token": digest(token)}
    _post(call, await call.row(call.route.query, values), token)
    await _even_out(began)
    status = b"reset_sent" if call.route.query == "auth/forgot_password" else b"verification_sent"
    return Answer(202, b'{"status":"%b"}' % status)


async def verify(call: Call) -> Answer:
    """The token of a verification letter, from the body or from the query."""
    model = of_strings(pairs_of(call), Link) if call.route.verb == "GET" else await read_model(call, Link)
    assert isinstance(model, Link)
    return Answer(200, column(await call.row(call.route.query, {"mail_token": digest(model.token)})))


async def login(call: Call) -> Answer:
    """A bearer token for an address and its password. An unknown address costs the same time as a wrong password."""
    model = await read_model(call, Login)
    assert isinstance(model, Login)
    account = hashlib.sha256(model.email.strip().casefold().encode()).digest()
    verdict = call.world.limiter.hit("login", call.client + account)
    call.limit(verdict)
    if not verdict.allowed:
        raise Refusal("rate_limited", headers=((b"retry-after", b"%d" % verdict.retry_after),))
    row = await call.row("auth/read_login", {"email": model.email})
    stored: str | None = row["password_hash"] if row else None
    if not await is_password(model.password, stored) or stored is None:
        raise Refusal("invalid_credentials")
    token = new_token()
    values = {
        "account_id": row["account_id"],
        "password_hash": stored,
        "new_hash": await hash_password(model.password) if is_outdated(stored) else None,
        "token": digest(token),
    }
    body = column(await call.row(call.route.query, values))
    return Answer(200, b'{"token":"%b",%b' % (token.encode(), body.lstrip()[1:]))


async def reset_password(call: Call) -> Answer:
    """A new password for the token of a letter."""
    model = await read_model(call, NewPassword)
    assert isinstance(model, NewPassword)
    values = {"mail_token": digest(model.token), "password_hash": await hash_password(model.password)}
    return Answer(200, column(await call.row(call.route.query, values)))


async def password_page(call: Call) -> Answer:
    """The page behind the link in a letter about a password: a form that sends POST /auth/password/reset."""
    page = (files("app.web") / "pages/password.html").read_bytes()
    policy = b"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
    return Answer(200, page, b"text/html; charset=utf-8", ((b"content-security-policy", policy),))


async def invite(call: Call) -> Answer:
    """A colleague's account, and a letter with the link to choose its password."""
    token = new_token()
    values = await sent(call)
    body = _post(call, await call.row(call.route.query, values | {"mail_token": digest(token)}), token)
    if body is None:
        raise Refusal("not_found")
    return Answer(201, raw(body))
