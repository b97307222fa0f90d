"""The letters assay sends, over SMTP or as .eml files, after the answer and with a few tries."""

import asyncio
import contextlib
import logging
import os
import secrets
import ssl
import time
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, localtime, make_msgid
from pathlib import Path

import aiosmtplib

from app.settings import Settings
from app.smtp_url import Relay

log = logging.getLogger(__name__)

TRIES = 4
FIRST_PAUSE = 1.0  # seconds before the second try; then twice, four times as long
SEND_SECONDS = 20.0

# kind: (path of the link, subject, text before the link, text after it)
LETTERS: Mapping[str, tuple[str, str, str, str]] = {
    "verify_email": (
        "/auth/verify", "Confirm your e-mail address",
        "Please confirm that this is your e-mail address by opening this link:",
        "If you did not register with assay, you need not do anything.",
    ),
    "already_registered": (
        "", "You already have an account",
        "Someone, probably you, tried to register with this e-mail address.\n"
        "It already has an account, so nothing was changed: log in with your password, or ask for a new one.", "",
    ),
    "reset_password": (
        "/auth/password/reset", "Choose a new password",
        "You can choose a new password with this link:",
        "If you did not ask for this, you need not do anything: your password stays as it is.",
    ),
    "set_password": (
        "/auth/password/reset", "Your teacher's account",
        "An account as a teacher was made for you. Choose its password with this link:",
        "If you do not know what this is about, you need not do anything.",
    ),
}  # fmt: skip


def link_of(settings: Settings, kind: str, token: str) -> str:
    """The link in a letter of this kind; empty when it has none."""
    path = LETTERS[kind][0]
    return f"{settings.link_prefix}{path}?token={token}" if path else ""


def letter(settings: Settings, kind: str, email: str, name: str, token: str) -> EmailMessage:
    """The letter, with its link alone on a line."""
    _, subject, before, after = LETTERS[kind]
    message = EmailMessage(policy=default.clone(max_line_length=None, cte_type="8bit"))
    message["From"] = settings.mail_from
    message["To"] = Address(display_name=name, addr_spec=email)
    message["Subject"] = subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    parts = [f"Hello {name},", before, link_of(settings, kind, token), after]
    message.set_content("\n\n".join(part for part in parts if part) + "\n", cte="8bit")
    return message


class Mailer:
    """Sends letters in tasks of its own; `drain` waits for them at shutdown."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, kind: str, email: str, name: str, token: str) -> None:
        """Begin to send a letter, and return at once."""
        task = asyncio.create_task(self._deliver(kind, letter(self.settings, kind, email, name, token)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for letters under way, at most `seconds`; what is left then is given up, with a line in the log."""
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=seconds)
            for task in left:
                task.cancel()
            if left:
                log.error("mail: %d letters not sent at shutdown", len(left))

    async def _deliver(self, kind: str, message: EmailMessage) -> None:
        """Try a few times. A failure is logged by its class: no address, no token."""
        for attempt in range(1, TRIES + 1):
            try:
                if self.settings.smtp_url:
                    await _smtp(self.settings.smtp_url, message)
                else:
                    await asyncio.to_thread(_spool, self.settings.assay_data_dir / "mail", bytes(message))
                return
            except (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError) as trouble:
                log.warning("mail: %s not sent, try %d of %d (%s)", kind, attempt, TRIES, type(trouble).__name__)
                if _for_good(trouble) or attempt == TRIES:
                    log.error("mail: %s given up (%s)", kind, type(trouble).__name__)
                    return
            await asyncio.sleep(FIRST_PAUSE * 2 ** (attempt - 1))


def _for_good(trouble: Exception) -> bool:
    """Whether another try would be refused too: SMTP's 5yz (RFC 5321, 4.2.1)."""
    if isinstance(trouble, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= 500 for one in trouble.recipients)
    return isinstance(trouble, aiosmtplib.SMTPResponseException) and trouble.code >= 500


async def _smtp(relay: Relay, message: EmailMessage) -> None:
    await aiosmtplib.send(
        message,
        hostname=relay.host,
        port=relay.port,
        username=relay.username,
        password=relay.password,
        use_tls=relay.tls,
        start_tls=relay.starttls,
        timeout=SEND_SECONDS,
    )


def _spool(folder: Path, content: bytes) -> None:
    """A whole .eml file or none: written under another name, flushed, then renamed; readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{secrets.token_hex(4)}"
    draft, final = folder / f".{name}.tmp", folder / f"{name}.eml"
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(final)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
