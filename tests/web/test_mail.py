"""Letters arrive, over SMTP or as files, and a failure tells nobody anything."""

import asyncio
import email
import email.policy
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult, Envelope, Session

from app.mail import LETTERS, Mailer, letter
from app.settings import Settings
from tests.web.conftest import settings_of

ADDRESS, TOKEN = "anna@school.example", "t" * 43


class Inbox(Message):
    """Keeps what it is sent; refuses as often as told."""

    def __init__(self, refusals: int = 0) -> None:
        super().__init__(EmailMessage)
        self.letters: list[Any] = []
        self.refusals = refusals

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Any) -> None:
        self.letters.append(message)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "both.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    done = subprocess.run(
        [*made, "-addext", "subjectAltName=DNS:localhost", "-keyout", "-", "-out", "-"], capture_output=True, check=True
    )
    file.write_bytes(done.stdout)
    return file


def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


async def sent(settings: Settings, kind: str = "verify_email", name: str = "Anna Åström") -> None:
    mailer = Mailer(settings)
    mailer.post(kind, ADDRESS, name, TOKEN)
    await mailer.drain(20)


def with_settings(tmp_path: Path, **more: Any) -> Settings:
    return settings_of(assay_data_dir=tmp_path, public_url="https://assay.example/", **more)


async def test_a_letter_arrives_over_smtp_with_its_link_on_a_line_of_its_own(tmp_path: Path) -> None:
    inbox = Inbox()
    for port in serving(inbox):
        await sent(with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"))
    (got,) = inbox.letters
    assert got["X-RcptTo"] == ADDRESS
    text = got.get_payload(decode=True).decode()
    assert f"https://assay.example/auth/verify?token={TOKEN}" in text.splitlines()
    assert "Hello Anna Åström," in text


async def test_starttls_and_a_login_are_used_when_the_url_says_so(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen = []

    def check(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=True)

    inbox = Inbox()
    for port in serving(inbox, tls_context=context, require_starttls=True, authenticator=check, auth_required=True):
        await sent(with_settings(tmp_path, smtp_url=f"smtp://us%40er:p%2Fass@localhost:{port}?starttls=1"))
    assert seen == [(b"us@er", b"p/ass", True)]
    assert len(inbox.letters) == 1


async def test_a_busy_server_is_asked_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox(refusals=1)
    for port in serving(inbox):
        await sent(with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"))
    assert len(inbox.letters) == 1
    assert "not sent, try 1" in caplog.text


async def test_a_failure_is_logged_without_address_and_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mailer = Mailer(with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{free_port()}"))
    mailer.post("reset_password", ADDRESS, "Anna", TOKEN)
    await mailer.drain(1.5)
    await asyncio.sleep(0)
    assert "reset_password not sent" in caplog.text
    assert "letters not sent at shutdown" in caplog.text
    assert ADDRESS not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("kind", LETTERS)
async def test_without_smtp_a_letter_is_a_file_that_only_its_owner_reads(tmp_path: Path, kind: str) -> None:
    await sent(with_settings(tmp_path), kind)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    got = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert got["To"] == f"Anna Åström <{ADDRESS}>"
    path = LETTERS[kind][0]
    lines = got.get_content().splitlines()
    assert (f"https://assay.example{path}?token={TOKEN}" in lines) == bool(path)
    if path:  # also for those who read the file as it is
        assert f"https://assay.example{path}?token={TOKEN}" in file.read_text("utf-8").splitlines()


def test_a_name_cannot_add_a_header(tmp_path: Path) -> None:
    message = letter(with_settings(tmp_path), "verify_email", ADDRESS, 'Anna", <x@y>,', TOKEN)
    assert email.message_from_bytes(bytes(message))["Cc"] is None
    assert [one.addr_spec for one in message["To"].addresses] == [ADDRESS]
