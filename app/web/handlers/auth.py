"""Registration, verification, login and passwords: where hashing and mail stand around a statement."""

import asyncio
import hashlib
import random
import time
from html import escape
from importlib.resources import files
from string import Template

import asyncpg
from starlette.responses import HTMLResponse, Response

from app.security.passwords import digest, hash_password, is_outdated, is_password, new_token
from app.web.errors import ApiError, from_database
from app.web.handlers.query import column
from app.web.request import Request, dumps
from app.web.route import HTML, JSON

# Requests that must not tell whether an address is known are answered this many seconds after they arrived,
# or a whole number of such spans later, so that the time does not show what the database had to do.
SPAN = 0.15
PAGE_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"


async def _even_out(began: float) -> None:
    spent = time.monotonic() - began
    await asyncio.sleep(SPAN - spent % SPAN + random.uniform(0, SPAN / 10))  # noqa: S311


async def register(request: Request) -> Response:
    """A student's account, and a mail: the same answer, in the same time, whether or not the address is known."""
    began = time.monotonic()
    model = await request.model()
    values = {
        "name": model.name,
        "email": model.email,
        "password_hash": await hash_password(model.password, request.client_key),
        **request.app_state.mail_links.new(),
    }
    await request.row(request.route.query, values)
    await _even_out(began)
    return Response(b'{"status":"verification_sent"}', 202, media_type=JSON)


async def resend_verification(request: Request) -> Response:
    """A new verification mail to an address, if it is known; always the same answer, in the same time."""
    return await _send_link(request, "verification_sent")


async def forgot_password(request: Request) -> Response:
    """A mail with a password link to an address, if it is known; always the same answer, in the same time."""
    return await _send_link(request, "reset_sent")


async def _send_link(request: Request, status: str) -> Response:
    began = time.monotonic()
    model = await request.model()
    await request.row(request.route.query, {"email": model.email, **request.app_state.mail_links.new()})
    await _even_out(began)
    return Response(dumps({"status": status}), 202, media_type=JSON)


async def verify(request: Request) -> Response:
    """The token of a verification mail, from the body or from the query; to a browser a page that says so."""
    html = request.accepted == HTML
    try:
        model = await request.model()
        row = await request.row(request.route.query, {"link_digest": digest(model.token)})
    except (ApiError, asyncpg.PostgresError) as error:
        refused = error if isinstance(error, ApiError) else from_database(error)
        if not html or refused is None or refused.status >= 500:
            raise
        request.log_error(refused)
        return verified_page("This link cannot be used", refused.message, refused.status)
    if html:
        return verified_page("Your e-mail address is confirmed", "You can log in now.", 200)
    return Response(column(row), media_type=JSON)


def verified_page(title: str, sentence: str, status: int) -> Response:
    """A small page for people; both texts are our own."""
    page = Template((files("app.web") / "pages/verified.html").read_text("utf-8"))
    body = page.substitute(title=escape(title), sentence=escape(sentence))
    return HTMLResponse(body, status, {"Content-Security-Policy": PAGE_POLICY})


async def login(request: Request) -> Response:
    """A bearer token for an address and its password. An unknown address costs the same time as a wrong password."""
    model = await request.model()
    limits = request.app_state.rate_limits
    account = hashlib.sha256(model.email.strip().casefold().encode()).hexdigest()
    verdict = await limits.login(request.client_key, account)
    request.show_limit(verdict)
    if not verdict.allowed:
        raise ApiError("rate_limited", headers={"Retry-After": str(verdict.retry_after)})
    row = await request.row("auth/read_login", {"email": model.email})
    stored: str | None = row["password_hash"] if row else None
    if not await is_password(model.password, stored, request.client_key) or stored is None:
        failures = await limits.failed_login(account)
        if not failures.allowed:  # from all addresses together; a right password passes
            raise ApiError("rate_limited", headers={"Retry-After": str(failures.retry_after)})
        raise ApiError("invalid_credentials")
    token = new_token()
    values = {
        "account_id": row["account_id"],
        "password_hash": stored,
        "new_hash": await hash_password(model.password, request.client_key) if is_outdated(stored) else None,
        "token_digest": digest(token),
    }
    body = column(await request.row(request.route.query, values))
    request.app_state.accounts.remember(digest(token), str(row["account_id"]))
    return Response(b'{"token":"%b",%b' % (token.encode(), body.lstrip()[1:]), media_type=JSON)


async def reset_password(request: Request) -> Response:
    """A new password for the token of a mail."""
    model = await request.model()
    values = {
        "link_digest": digest(model.token),
        "password_hash": await hash_password(model.password, request.client_key),
    }
    return Response(column(await request.row(request.route.query, values)), media_type=JSON)


async def password_page(request: Request) -> Response:
    """The page behind the link in a mail about a password: a form that sends POST /auth/password/reset."""
    page = (files("app.web") / "pages/password.html").read_bytes()
    return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_POLICY})


async def invite(request: Request) -> Response:
    """A colleague's account, and a mail with the link to choose its password."""
    values = await request.arguments() | request.app_state.mail_links.new()
    return Response(column(await request.row(request.route.query, values)), 201, media_type=JSON)
