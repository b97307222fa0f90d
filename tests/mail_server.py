"""A real SMTP server on loopback that keeps what it is given, and refuses what it is told to."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session


class Inbox:
    """What was accepted, as it came over the wire; `says`: one answer to RCPT for each mail, then 250."""

    def __init__(self, *says: str) -> None:
        self.says = list(says)
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.says:
            return self.says.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def contents(self) -> list[bytes]:
        """The mails, byte for byte."""
        return [envelope.original_content or b"" for envelope in self.envelopes]


@contextmanager
def listening(inbox: Inbox, port: int = 0, **options: Any) -> Iterator[int]:
    """The port on which the server listens."""
    controller = Controller(inbox, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def certificate_in(folder: Path) -> Path:
    """A key and a certificate for localhost that it has signed itself, in one file."""
    file = folder / "both.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    done = subprocess.run(
        [*made, "-addext", "subjectAltName=DNS:localhost", "-keyout", "-", "-out", "-"], capture_output=True, check=True
    )
    file.write_bytes(done.stdout)
    return file


def free_port() -> int:
    """A port of loopback on which nobody listens just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
