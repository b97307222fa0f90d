"""Registration, verification, login and passwords: where hashing and mail stand around a statement."""

import asyncio
import hashlib
import random
import time
from html import escape
from importlib.resources import files
from string import Template

import asyncpg
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.security.passwords import digest, hash_password, is_outdated, is_password, new_token
from app.web.errors import ApiError, from_exception
from app.web.handlers.query import answer, column
from app.web.request import Request
from app.web.route import HTML, JSON

# Requests that must not tell whether an address is known are answered this many seconds after their statement began,
# or a whole number of such spans later, so that the time does not show what the database had to do.
SPAN = 0.15
PAGE_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"


async def register(request: Request) -> Response:
    """A student's account, and a mail: the same answer, in the same time, whether or not the address is known."""
    model = await request.model()
    password_hash = await _hash(request, model.password)
    values = {"name": model.name, "email": model.email, "password_hash": password_hash}
    return await _send_link(request, values, "verification_sent")


async def resend_verification(request: Request) -> Response:
    """A new verification mail to an address, if it is known; always the same answer, in the same time."""
    return await _send_link(request, {"email": (await request.model()).email}, "verification_sent")


async def forgot_password(request: Request) -> Response:
    """A mail with a password link to an address, if it is known; always the same answer, in the same time."""
    return await _send_link(request, {"email": (await request.model()).email}, "reset_sent")


async def _send_link(request: Request, values: dict[str, str], status: str) -> Response:
    began = time.monotonic()
    await request.rows(request.route.query, {**values, **request.app_state.mail_links.new()})
    spent = time.monotonic() - began
    await asyncio.sleep(SPAN - spent % SPAN + random.uniform(0, SPAN / 10))  # noqa: S311
    return JSONResponse({"status": status}, 202)


async def verify(request: Request) -> Response:
    """The token of a verification mail, from the body or from the query; to a browser a page that says so."""
    html = request.accepted == HTML
    try:
        model = await request.model()
        response = await answer(request, {"link_digest": digest(model.token)})
    except (ApiError, asyncpg.PostgresError) as error:
        refused = from_exception(error)
        if not html or refused is None or refused.status >= 500:
            raise
        refused.log(request.route.name)
        return verified_page("This link cannot be used", refused.message, refused.status)
    if html:
        return verified_page("Your e-mail address is confirmed", "You can log in now.", 200)
    return response


def verified_page(title: str, sentence: str, status: int) -> Response:
    """A small page for people; both texts are our own."""
    page = Template((files("app.web") / "pages/verified.html").read_text("utf-8"))
    body = page.substitute(title=escape(title), sentence=escape(sentence))
    return HTMLResponse(body, status, {"Content-Security-Policy": PAGE_POLICY})


async def login(request: Request) -> Response:
    """A bearer token for an address and its password. An unknown address costs the same time as a wrong password."""
    model = await request.model()
    account = hashlib.sha256(model.email.strip().casefold().encode()).hexdigest()
    request.obey(await request.app_state.rate_limits.login(request.client_key, account))
    rows = await request.rows("auth/read_login", {"email": model.email})
    stored: str | None = rows[0]["password_hash"] if rows else None
    if not await _is_password(request, model.password, stored) or stored is None:
        raise await _wrong_password(request, account, "invalid_credentials")
    account_id, token = rows[0]["account_id"], new_token()
    values = {
        "account_id": account_id,
        "password_hash": stored,
        "new_hash": await _hash(request, model.password) if is_outdated(stored) else None,
        "token_digest": digest(token),
    }
    body = column(await request.row(request.route.query, values))
    request.app_state.accounts.remember(digest(token), str(account_id))
    return Response(b'{"token":"%b",%b' % (token.encode(), body.lstrip()[1:]), media_type=JSON)


async def _hash(request: Request, password: str) -> str:
    return await hash_password(password, request.app_state.password_turns, request.client_key)


async def _is_password(request: Request, password: str, stored: str | None) -> bool:
    return await is_password(password, stored, request.app_state.password_turns, request.client_key)


async def _wrong_password(request: Request, account: str, code: str) -> ApiError:
    """Counted for the account from all addresses together: 429 when that is too often. A right password passes."""
    failures = await request.app_state.rate_limits.failed_login(account)
    return ApiError(code) if failures.allowed else failures.error()


async def reset_password(request: Request) -> Response:
    """A new password for the token of a mail."""
    model = await request.model()
    password_hash = await _hash(request, model.password)
    return await answer(request, {"link_digest": digest(model.token), "password_hash": password_hash})


async def change_password(request: Request) -> Response:
    """Another password, for whoever sends the present one."""
    model = await request.model()
    stored = await _confirmed(request, model.password)
    new_hash = await _hash(request, model.new_password)
    values = {"token_digest": request.token_digest, "password_hash": stored, "new_hash": new_hash}
    return await answer(request, values)


async def delete_me(request: Request) -> Response:
    """The account is gone, for whoever sends its password."""
    stored = await _confirmed(request, (await request.model()).password)
    return await answer(request, {"token_digest": request.token_digest, "password_hash": stored})


async def _confirmed(request: Request, password: str) -> str:
    """The stored hash of the account that asks, whose password this is. Counted like logins. 422 wrong_password."""
    row = await request.row("auth/read_my_hash", {"token_digest": request.token_digest})
    account, stored = str(row["account_id"]), str(row["password_hash"])
    request.obey(await request.app_state.rate_limits.login(request.client_key, account))
    if not await _is_password(request, password, stored):
        raise await _wrong_password(request, account, "wrong_password")
    return stored


async def password_page(request: Request) -> Response:
    """The page behind the link in a mail about a password: a form that sends POST /auth/password/reset."""
    page = (files("app.web") / "pages/password.html").read_bytes()
    return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_POLICY})


async def invite(request: Request) -> Response:
    """A colleague's account, and a mail with the link to choose its password."""
    return await answer(request, await request.arguments() | request.app_state.mail_links.new())
