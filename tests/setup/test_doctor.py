"""`assay doctor`: each thing that is wrong is found in a deployment where it is, and said in a sentence."""

import asyncio
import contextlib
import resource
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from aiosmtpd.smtp import AuthResult
from cryptography.fernet import Fernet

from app.dev.simulator import running
from app.doctor import address, database, host, mail, secrets
from app.doctor.finding import Deployment, Finding
from app.settings import Settings
from tests.conftest import scratch
from tests.mail_server import Inbox, certificate_in, free_port, listening
from tests.setup.console import alone, assay
from tests.web.serve_process import serving

GOOD = Fernet.generate_key().decode()
REAL = "postgresql://db.school.example/assay"
Look = Callable[[Deployment], Iterable[Finding]]


def wrong(look: Look, processes: int = 1, url: str = "", **settings: Any) -> list[str]:
    """What a check finds wrong; each finding says what to do."""
    found = list(look(Deployment(Settings(_env_file=None, **settings), url, processes)))
    assert all(finding.remedy for finding in found)
    return [finding.wrong for finding in found]


@pytest.mark.parametrize(
    ("settings", "begins"),
    [
        ({}, None),
        ({"database_url": REAL}, "PUBLIC_URL is not set: links in mail begin with http://127.0.0.1:8000."),
        ({"host": "0.0.0.0"}, "PUBLIC_URL is not set while HOST is 0.0.0.0: links"),
        (
            {"app_url": "http://school.example/app", "public_url": "https://assay.school.example"},
            "APP_URL begins with http:// while school.example is a public name",
        ),
        ({"public_url": "http://localhost:8000", "host": "::"}, "PUBLIC_URL names this machine itself"),
        (
            {"public_url": "http://assay.school.example"},
            "PUBLIC_URL begins with http:// while assay.school.ex",
        ),
        ({"public_url": "http://9.9.9.9"}, "PUBLIC_URL begins with http:// while 9.9.9.9 is a public"),
        ({"public_url": "http://assay.school.internal", "host": "0.0.0.0"}, None),
        ({"public_url": "http://192.168.1.5:8000", "host": "0.0.0.0"}, None),
        ({"public_url": "https://school.example/assay", "database_url": REAL}, None),
    ],
)
def test_links_in_mail_begin_with_an_address_that_others_can_open(settings: dict[str, Any], begins: str | None) -> None:
    found = wrong(address.links, **settings)
    assert [one[: len(begins or "")] for one in found] == ([begins] if begins else [])


@pytest.mark.parametrize(
    ("settings", "begins"),
    [
        ({}, None),
        ({"database_url": REAL}, "SMTP_URL is not set: mail is written to files in "),
        ({"smtp_url": "smtp://mail.school.example"}, "MAIL_FROM is not set: mail comes from assay@localhost"),
        ({"smtp_url": "smtp://127.0.0.1"}, None),
        ({"smtp_url": "smtp://mail.school.example", "mail_from": "a@school.example", "database_url": REAL}, None),
    ],
)
def test_mail_has_somewhere_to_go_and_a_sender(settings: dict[str, Any], begins: str | None) -> None:
    found = wrong(mail.destination, **settings)
    assert [one[: len(begins or "")] for one in found] == ([begins] if begins else [])


class Particular(Inbox):
    """Takes mail from nobody but the school."""

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if not address.endswith("@school.example"):
            return "550 5.7.1 Not from you"
        envelope.mail_from = address
        return "250 OK"


def test_the_mail_server_is_greeted_and_sent_nothing() -> None:
    inbox, logins = Particular(), []

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"good", handled=False)

    ours: Any = {"mail_from": "Assay <assay@school.example>"}
    with listening(inbox, authenticator=authenticate, auth_require_tls=False) as port:
        where = f"127.0.0.1:{port}"
        assert wrong(mail.server, smtp_url=f"smtp://{where}", **ours) == []
        assert wrong(mail.server, smtp_url=f"smtp://user:good@{where}", **ours) == []
        assert logins == [(b"user", b"good")]
        refused = wrong(mail.server, smtp_url=f"smtp://user:hunter2@{where}", **ours)
        assert [one.startswith(f"The mail server {where} refuses the login: 535") for one in refused] == [True]
        assert "hunter2" not in refused[0]
        assert wrong(mail.server, smtp_url=f"smtp://{where}") == [
            f"The mail server {where} takes no mail from assay@localhost: 550 5.7.1 Not from you"
        ]
        for url in (f"smtp://{where}?starttls=1", f"smtps://{where}", f"smtp://127.0.0.1:{free_port()}"):
            (one,) = wrong(mail.server, smtp_url=url, **ours)
            assert "cannot be spoken to: " in one
    assert inbox.envelopes == []


def test_a_server_whose_certificate_nobody_signed_is_not_trusted(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_in(tmp_path))
    with listening(Inbox(), tls_context=context, require_starttls=True) as port:
        (one,) = wrong(mail.server, smtp_url=f"smtp://localhost:{port}?starttls=1")
        assert "CERTIFICATE_VERIFY_FAILED" in one


@pytest.mark.parametrize(
    ("keys", "begins"),
    [
        ("", "ASSAY_SECRET_KEYS is not set, and with DATABASE_URL no secret is generated"),
        ("short", "Key 1 of ASSAY_SECRET_KEYS is not the url-safe base64 of 32 bytes."),
        (f"{GOOD},{'A' * 43}=", "Key 2 of ASSAY_SECRET_KEYS is weak"),
        (GOOD, None),
    ],
    ids=["none", "malformed", "weak", "good"],
)
def test_master_keys_are_such_as_assay_starts_with(tmp_path: Path, keys: str, begins: str | None) -> None:
    settings: Any = {"assay_data_dir": tmp_path, "assay_secret_keys": keys or ()}
    found = wrong(secrets.master_keys, database_url=REAL, **settings)
    assert [one[: len(begins or "")] for one in found] == ([begins] if begins else [])
    assert "short" not in "".join(found)
    if not keys:
        assert wrong(secrets.master_keys, **settings) == []  # the embedded database has one made


def test_nobody_else_may_write_to_the_data_folder_or_read_what_is_secret_in_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    for name, mode in (("secret.key", 0o600), ("mail", 0o700)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    assert wrong(secrets.data_folder, assay_data_dir=tmp_path) == []
    (tmp_path / "mail").chmod(0o755)
    (tmp_path / "secret.key").chmod(0o640)
    tmp_path.chmod(0o777)
    assert wrong(secrets.data_folder, assay_data_dir=tmp_path) == [
        f"Other users may write into ASSAY_DATA_DIR ({tmp_path}, mode 0777), and so replace secrets.",
        f"Other users may read {tmp_path / 'secret.key'} (mode 0640), which holds secrets.",
        f"Other users may read {tmp_path / 'mail'} (mode 0755), which holds secrets.",
    ]
    assert wrong(secrets.data_folder, assay_data_dir=tmp_path / "not there") == []


def test_few_descriptors_are_found(tmp_path: Path) -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512));"
        "from app.doctor import host; from app.doctor.finding import Deployment; from app.settings import Settings;"
        "print(*(found.wrong for found in host.descriptors(Deployment(Settings(_env_file=None)))))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=alone({}), cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == (
        "A process may open 512 files here, so `serve` takes 256 connections at a time instead of 10,000.\n"
    )
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] > 20_000:
        assert wrong(host.descriptors) == []


def test_processes_that_count_each_by_itself_are_found() -> None:
    assert wrong(host.counting) == []
    (one,) = wrong(host.counting, processes=4)
    assert one.startswith("4 processes of the API count requests each by itself (memory://)")
    assert wrong(host.counting, processes=4, rate_limit_storage_url="redis://127.0.0.1:1") == []
    (one,) = wrong(host.counting_now, rate_limit_storage_url=f"redis://127.0.0.1:{free_port()}")
    assert one.startswith("What RATE_LIMIT_STORAGE_URL names does not answer")


async def test_a_simulator_beside_a_real_database_is_found() -> None:
    async with running() as ai:
        simulated: Any = {"openai_base_url": ai.openai_base_url, "anthropic_base_url": ai.anthropic_base_url}
        assert await asyncio.to_thread(wrong, host.simulators, **simulated) == []
        found = await asyncio.to_thread(wrong, host.simulators, database_url=REAL, **simulated)
    assert [one.partition(":")[0] for one in found] == [
        f"{name}_BASE_URL leads to `assay simulate-ai`" for name in ("OPENAI", "ANTHROPIC")
    ]
    assert wrong(host.simulators, database_url=REAL, openai_base_url=f"http://127.0.0.1:{free_port()}/v1") == []


async def test_whether_a_link_leads_to_assay_is_asked_while_it_runs(db: str, tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert await asyncio.to_thread(wrong, address.answers, url=db, public_url=nobody) == []
    async with serving(db, tmp_path, "--no-worker") as served:
        for public_url, begins in (
            (served.url, None),
            (f"{served.url}/assay/", f"{served.url}/assay/health is answered with 404, and not by assay"),
            (nobody, f"{nobody}/health does not answer from here"),
        ):
            found = await asyncio.to_thread(wrong, address.answers, url=db, public_url=public_url)
            assert [one[: len(begins or "")] for one in found] == ([begins] if begins else [])


class _Front(BaseHTTPRequestHandler):
    """In front of assay: sends plain HTTP to HTTPS, as deploy/nginx.conf does, and answers that."""

    def do_GET(self) -> None:
        encrypted = isinstance(self.connection, ssl.SSLSocket)
        self.send_response(200 if encrypted else 308)
        if not encrypted:
            self.send_header("Location", f"https://school.example{self.path}")
        self.end_headers()
        self.wfile.write(b'{"ok": true}' if encrypted else b"")


class _Endless(BaseHTTPRequestHandler):
    """Answers for as long as anybody reads."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b" " * 65_536)


@contextmanager
def in_front(context: ssl.SSLContext | None = None, handler: type[BaseHTTPRequestHandler] = _Front) -> Iterator[int]:
    """The port of such a server; with TLS where a context is given."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def test_a_public_address_needs_a_certificate_that_this_machine_trusts_and_leads_nowhere_else(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener: Any = {"application_name": "assay listener"}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate := certificate_in(tmp_path))
    with psycopg.connect(db, **listener), in_front(context) as port:
        ours: Any = {"public_url": f"https://localhost:{port}"}
        (one,) = wrong(address.answers, url=db, **ours)
        assert one.startswith(f"https://localhost:{port}/health does not answer from here (ConnectError: ")
        assert "CERTIFICATE_VERIFY_FAILED" in one
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert wrong(address.answers, url=db, **ours) == []
    with psycopg.connect(db, **listener), in_front() as port:
        plain = f"http://localhost:{port}"
        assert wrong(address.answers, url=db, public_url=plain) == [
            f"{plain}/health is answered with 308, and leads to https://school.example/health."
        ]
    with psycopg.connect(db, **listener), in_front(handler=_Endless) as port:
        (one,) = wrong(address.answers, url=db, public_url=f"http://localhost:{port}")
        assert "/health is answered with 200, and not by assay" in one


def test_prompts_are_such_as_a_worker_starts_with(tmp_path: Path) -> None:
    assert wrong(host.prompts) == []
    (one,) = wrong(host.prompts, prompts_dir=tmp_path / "nowhere")
    assert one == f"PROMPTS_DIR is {tmp_path / 'nowhere'}, which is not a folder."
    (tmp_path / "grading").mkdir()
    (tmp_path / "grading/user.md").write_text("nothing")
    assert len(wrong(host.prompts, prompts_dir=tmp_path)) == 1


def test_the_log_has_a_folder_and_room(tmp_path: Path) -> None:
    assert wrong(host.log_folder, log_dir="none") == []
    assert wrong(host.log_folder, log_dir=tmp_path / "logs/deeper") == []
    assert not (tmp_path / "logs").exists()
    (tmp_path / "file").write_text("")
    (one,) = wrong(host.log_folder, log_dir=tmp_path / "file/logs")
    assert one == f"LOG_DIR ({tmp_path / 'file/logs'}) cannot be written by this user."
    (one,) = wrong(partial(host.log_folder, least=10**18), log_dir=tmp_path)
    assert one.endswith("its files take up to 600 MB.")


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ("", None),
        ("-c default_transaction_read_only=on", "Sessions only read"),
        ("-c session_replication_role=replica", "Triggers, and with them the rules of the database, are off"),
    ],
)
def test_sessions_write_and_keep_the_rules(db: str, options: str, begins: str | None) -> None:
    url = f"{db}{'&' if '?' in db else '?'}options={quote(options)}"
    found = wrong(database.reachable, url=url)
    assert [one[: len(begins or "")] for one in found] == ([begins] if begins else [])


async def test_serve_says_at_its_start_what_costs_nothing_to_find(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, "--processes", "2", "--no-worker"):
        pass
    said = (tmp_path / "logs/assay.log").read_text()
    for sentence in ("SMTP_URL is not set: mail", "PUBLIC_URL is not set: links", "2 processes of the API count"):
        assert said.count(f"WARNING app.doctor.at_start [-] {sentence}") == 1, sentence


def test_what_needs_something_that_is_wrong_is_not_looked_at(tmp_path: Path) -> None:
    done = assay("doctor", cwd=tmp_path, DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/x")
    assert (done.returncode, done.stderr) == (1, "")
    assert "\ndatabase: WRONG: The database cannot be reached: " in done.stdout
    assert "\nroles: not looked at, for what is wrong above\n" in done.stdout
    assert "\nqueue: not looked at, for what is wrong above\n" in done.stdout
    assert "hunter2" not in done.stdout
    assert done.stdout.endswith("Findings: 4.\n")


def test_a_new_server_has_no_roles_and_once_migrated_nothing_is_wrong() -> None:
    with scratch() as place:
        fresh = assay("doctor", cwd=place)
        assert fresh.returncode == 1
        missing = "assay_owner, assay_api, assay_worker, assay_operator, assay_dba_read"
        assert f"roles: WRONG: The server has no role {missing}.\n" in fresh.stdout
        assert "or have a DBA run `psql -v login=postgres -f sql/roles.sql` in this database.\n" in fresh.stdout
        assert "migrations: not looked at" in fresh.stdout
        assert assay("migrate", cwd=place).returncode == 0
        well = assay("doctor", cwd=place)
        assert (well.returncode, well.stderr) == (0, ""), well.stdout
        assert well.stdout.endswith("Nothing is wrong.\n")
        assert not (place / ".assay/secret.key").exists()  # it makes nothing
