"""Gives one mail to the SMTP server, or writes it as an .eml file, and says what a failure means."""

import asyncio
import contextlib
import os
import re
import secrets
import ssl
import time
from pathlib import Path

import aiosmtplib

from app.settings import Settings
from app.smtp_url import SmtpServer

ANSWER_SECONDS = 20.0  # for one answer of the mail server
SEND_SECONDS = 60.0  # for the whole conversation
LONGEST_SENTENCE = 400
LEAST_SECRET = 3  # characters; a shorter one would blank out half of any sentence, and names nobody
LIKE_A_SECRET = re.compile(r"\S*@\S*|\w+://\S*|[\w+/=%~-]{24,}")

# What may come of giving a mail away; anything else is a fault of ours.
FAILURES = (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError)
# The server's answer to this mail, not to this client.
ABOUT_THE_MAIL = (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)


async def deliver(settings: Settings, recipient: str, content: bytes) -> None:
    """Raises one of FAILURES when the mail was not taken."""
    if settings.smtp_url:
        async with asyncio.timeout(SEND_SECONDS):
            await _smtp(settings.smtp_url, settings.mail_from.address, recipient, content)
    else:
        await asyncio.to_thread(spool, settings.assay_data_dir / "mail", content)


def is_permanent(failure: Exception) -> bool:
    """Whether another attempt would be refused too: 5yz about the mail (RFC 5321, 4.2.1).

    A login that is refused, or a server that takes nobody's mail, is the operator's to put right: the mail waits.
    """
    if isinstance(failure, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= 500 for one in failure.recipients)
    return isinstance(failure, ABOUT_THE_MAIL) and failure.code >= 500


def sentence_of(failure: Exception) -> str:
    """What the mail server said, else what went wrong; on one line."""
    if isinstance(failure, aiosmtplib.SMTPRecipientsRefused):
        text = "; ".join(f"{one.code} {one.message}" for one in failure.recipients)
    elif isinstance(failure, aiosmtplib.SMTPResponseException):
        text = f"{failure.code} {failure.message}"
    elif isinstance(failure, TimeoutError) and not str(failure):
        text = "The mail server did not answer in time."
    else:
        text = f"{type(failure).__name__}: {failure}"
    line = " ".join(text.split())
    return "".join(character for character in line if character.isprintable())[:LONGEST_SENTENCE]


def without_secrets(sentence: str, *secrets: str) -> str:
    """A sentence as the log may show it: without what is named here, in upper or lower case, and without anything that
    looks like an address, a link or a token."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= LEAST_SECRET:
            sentence = re.sub(re.escape(secret), "…", sentence, flags=re.IGNORECASE)
    return LIKE_A_SECRET.sub("…", sentence)


async def _smtp(server: SmtpServer, sender: str, recipient: str, content: bytes) -> None:
    await aiosmtplib.send(
        content,
        sender=sender,
        recipients=[recipient],
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.tls,
        start_tls=server.starttls,
        timeout=ANSWER_SECONDS,
    )


def spool(folder: Path, content: bytes) -> None:
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
