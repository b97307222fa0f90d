"""What each kind of mail says, as the bytes that are sent.

The bytes are made here, not by a library that parses what it is given: a client chose the recipient's address, and
nothing else that a client wrote stands in a mail. No mail holds anybody's name: who registers may write any text in
its place, to be sent to an address of their choice.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import UUID

from app.mail.address import Sender, written

# kind: (path of the link, subject, text before the link, text after it); the kinds are rows of assay.mail_kinds
TEXTS: Mapping[str, tuple[str, str, str, str]] = {
    "verify_email": (
        "/auth/verify", "Confirm your e-mail address",
        "Please confirm that this is your e-mail address by opening this link:",
        "Open it only if you have just registered with assay. If you did not, you need not do anything.",
    ),
    "already_registered": (
        "/auth/password/reset", "You already have an account",
        "Someone, probably you, tried to register with this e-mail address.\n"
        "It already has an account, so nothing was changed: log in with your password.\n"
        "If you have forgotten it, you can choose a new one with this link:",
        "If it was not you, you need not do anything: your password stays as it is.",
    ),
    "reset_password": (
        "/auth/password/reset", "Choose a new password",
        "You can choose a new password with this link:",
        "If you did not ask for this, you need not do anything: your password stays as it is.",
    ),
    "invitation": (
        "/auth/password/reset", "Your teacher's account",
        "An account as a teacher was made for you. Choose its password with this link:",
        "If you do not know what this is about, you need not do anything.",
    ),
}  # fmt: skip
HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip
HEADER = re.compile(rb"[A-Za-z-]+: [\x20-\x7e]{1,900}")
LINK = re.compile(r"https?://[^\s\x00-\x1f\x7f]{1,900}")


class Unwritable(Exception):
    """This mail cannot be written; the text is one plain sentence without its link."""


def link_of(prefix: str, kind: str, token: str) -> str:
    """The link in a mail of this kind."""
    return f"{prefix}{TEXTS[kind][0]}?token={token}"


def compose(mail_id: UUID, sender: Sender, kind: str, recipient: str, link: str) -> bytes:
    """The mail, its lines ended by LF, with its link alone on a line. Raises Unwritable.

    Its Message-ID follows from `mail_id`, so that one that is sent twice can be known as one.
    """
    _, subject, before, after = TEXTS[kind]
    try:
        to = written(recipient)
    except ValueError as error:
        raise Unwritable(str(error)) from None
    if not LINK.fullmatch(link):
        raise Unwritable("APP_URL or PUBLIC_URL is not the beginning of a link.")
    body = "\n\n".join(("Hello,", before, link, after)) + "\n"
    values = (
        sender.header(),
        to,
        subject,
        format_datetime(datetime.now(UTC)),
        f"<{mail_id}@{sender.domain}>",
        "auto-generated",
        "1.0",
        "text/plain; charset=utf-8",
        "7bit" if body.isascii() else "8bit",
    )
    head = "".join(f"{name}: {value}\n" for name, value in zip(HEADERS, values, strict=True))
    content = f"{head}\n{body}".encode()
    check(content, body.encode())
    return content


def check(content: bytes, body: bytes) -> None:
    """The finished bytes are the headers that were set, each once, an empty line and the body. Raises Unwritable."""
    head, _, rest = content.partition(b"\n\n")
    lines = head.split(b"\n")
    names = tuple(line.partition(b":")[0].decode("latin-1") for line in lines)
    if names != HEADERS or rest != body or not all(HEADER.fullmatch(line) for line in lines):
        raise Unwritable("The mail would not consist of its headers and its text.")
