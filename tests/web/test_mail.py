"""Mail arrives, over SMTP or as files, holds what was meant and nothing else, and survives bad luck."""

import asyncio
import ssl
import stat
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiosmtpd.smtp import AuthResult, Session
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.mail.address import Sender, encoded, written
from app.mail.message import HEADERS, TEXTS, Unwritable, check, compose, link_of
from app.mail.sender import report_settings, sending
from app.mail.transport import deliver, is_permanent, sentence_of
from app.security.keyring import Ring
from app.security.passwords import digest, new_token
from app.settings import Settings
from tests.mail_server import Inbox, certificate_in, free_port, listening
from tests.web.conftest import settings_of

ADDRESS, TOKEN = "anna@school.example", "t" * 43
PREFIX = "https://assay.example"
LINK = link_of(PREFIX, "verify_email", TOKEN)
ADDRESSES = st.one_of(
    st.emails(),
    st.text(max_size=300),
    st.builds("{}@{}".format, st.text(max_size=80), st.text(max_size=80)),
    st.builds("=?utf-8?q?{}?=@school.example".format, st.text(alphabet="a=0d0aSubject:_X<!-", max_size=60)),
)


def with_settings(tmp_path: Path, **more: Any) -> Settings:
    return settings_of(assay_data_dir=tmp_path, public_url=f"{PREFIX}/", **more)


# What a mail consists of.


@given(address=ADDRESSES, kind=st.sampled_from(sorted(TEXTS)))
def test_whatever_the_address_a_mail_has_the_headers_that_were_set_and_its_text(address: str, kind: str) -> None:
    link = link_of(PREFIX, kind, TOKEN)
    try:
        content = compose(uuid.uuid4(), Sender("assay@school.example"), kind, address, link)
    except Unwritable:
        return
    head, blank, body = content.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    assert tuple(line.partition(": ")[0] for line in lines) == HEADERS
    assert blank
    assert b"\r" not in content
    assert body.decode() == "\n\n".join(("Hello,", TEXTS[kind][2], link, TEXTS[kind][3])) + "\n"
    assert lines[1].replace('"', "") == f"To: {address}"


@given(address=st.emails())
def test_every_address_of_ascii_atoms_can_be_written(address: str) -> None:
    assert written(address).replace('"', "") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a@b\n",
        "a@b\r\nBcc: e@x.example",
        "a b@c",
        "a@b, c@d",
        "<a@b>",
        "a@b@c",
        "évà@school.example",
        "a@[::1]",
        "a" * 250 + "@b.example",
    ],
)
def test_what_is_no_plain_address_is_not_written(address: str) -> None:
    with pytest.raises(Unwritable, match="cannot be written"):
        compose(uuid.uuid4(), Sender("assay@localhost"), "verify_email", address, LINK)


def test_an_address_that_looks_like_an_encoded_word_is_quoted() -> None:
    assert written("=?utf-8?q?a?=@school.example") == '"=?utf-8?q?a?="@school.example'


@pytest.mark.parametrize(
    "content",
    [
        "{head}\nBcc: e@x.example\n\n{body}",
        "{head}\nSubject: again\n\n{body}",
        "{head}\n\n{body}more",
        "{head}\n\n\n{body}",
        "Subject: x\n\n{body}",
    ],
)
def test_bytes_that_are_not_those_headers_and_that_text_are_not_sent(content: str) -> None:
    head, _, body = (
        compose(uuid.uuid4(), Sender("assay@localhost"), "verify_email", ADDRESS, LINK).decode().partition("\n\n")
    )
    check(f"{head}\n\n{body}".encode(), body.encode())
    with pytest.raises(Unwritable):
        check(content.format(head=head, body=body).encode(), body.encode())


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("assay@school.example", "assay@school.example"),
        ("assay <assay@school.example>", '"assay" <assay@school.example>'),
        ('"The school" <assay@school.example>', '"The school" <assay@school.example>'),
        ("Skolan på Åsö <assay@school.example>", "=?utf-8?b?U2tvbGFuIHDDpSDDhXPDtg==?= <assay@school.example>"),
    ],
)
def test_a_sender_may_have_a_name(text: str, header: str) -> None:
    assert Sender.of(text).header() == header


@given(name=st.text(min_size=1, max_size=200))
def test_a_display_name_is_plain_and_quoted_or_encoded_words(name: str) -> None:
    from email.header import decode_header, make_header

    try:
        header = encoded(name)
    except UnicodeEncodeError:  # a lone surrogate
        return
    assert header.isascii()
    assert header.isprintable()
    assert all(len(word) <= 75 for word in header.split(" ")) or header.startswith('"')
    if not header.startswith('"'):
        assert str(make_header(decode_header(header))) == name


@pytest.mark.parametrize("text", ["", "nobody", "a@b <", "x\ny <a@b>", "<a@b> <c@d>x"])
def test_a_sender_that_is_no_address_is_refused_at_start(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|character|written"):
        Sender.of(text)
    if text:
        with pytest.raises(ValueError, match="mail_from"):
            settings_of(mail_from=text)


# How it is given away.


async def test_a_mail_arrives_over_smtp_byte_for_byte(tmp_path: Path) -> None:
    inbox = Inbox()
    content = compose(uuid.uuid4(), Sender("assay@localhost"), "verify_email", ADDRESS, LINK)
    with listening(inbox) as port:
        await deliver(with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"), ADDRESS, content)
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("assay@localhost", [ADDRESS])
    assert inbox.contents == [content.replace(b"\n", b"\r\n")]
    assert LINK in content.decode().splitlines()


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Inbox, int]]:
    inbox = Inbox()
    with listening(inbox) as port:
        yield inbox, port


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=ADDRESSES)
def test_whatever_the_address_the_mail_server_and_the_spool_get_the_same_bytes(
    tmp_path: Path, server: tuple[Inbox, int], address: str
) -> None:
    try:
        content = compose(uuid.uuid4(), Sender("assay@localhost"), "invitation", address, LINK)
    except Unwritable:
        return
    folder = tmp_path / uuid.uuid4().hex
    asyncio.run(deliver(with_settings(folder), address, content))
    (file,) = (folder / "mail").iterdir()
    assert file.read_bytes() == content
    assume("=?" not in address)  # aiosmtpd decodes it, and ends the session when nothing is left
    inbox, port = server
    inbox.envelopes.clear()
    asyncio.run(deliver(with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"), address, content))
    assert inbox.contents == [content.replace(b"\n", b"\r\n")]
    assert inbox.envelopes[0].rcpt_tos == [address]


async def test_starttls_and_a_login_are_used_when_the_url_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_in(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen = []

    def authenticate(server: Any, session: Session, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=True)

    inbox = Inbox()
    secured: dict[str, Any] = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": authenticate,
        "auth_required": True,
    }
    with listening(inbox, **secured) as port:
        url = f"smtp://us%40er:p%2Fass@localhost:{port}?starttls=1"
        await deliver(with_settings(tmp_path, smtp_url=url), ADDRESS, b"Subject: x\n\ny\n")
    assert seen == [(b"us@er", b"p/ass", True)]
    assert len(inbox.envelopes) == 1


@pytest.mark.parametrize(("says", "permanent"), [("550 5.1.1 No such user", True), ("451 4.7.1 Come again", False)])
async def test_what_the_mail_server_says_is_kept_and_tells_whether_to_try_again(
    tmp_path: Path, says: str, permanent: bool
) -> None:
    with listening(Inbox(says)) as port:
        where = with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}")
        with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is the library's
            await deliver(where, ADDRESS, b"Subject: x\n\ny\n")
    assert sentence_of(caught.value) == says
    assert is_permanent(caught.value) == permanent


async def test_a_mail_server_that_refuses_the_login_or_is_away_is_no_failure_of_the_mail(tmp_path: Path) -> None:
    with listening(Inbox()) as port:
        for url in (f"smtp://user:secret@127.0.0.1:{port}", f"smtp://127.0.0.1:{free_port()}"):
            with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is the library's
                await deliver(with_settings(tmp_path, smtp_url=url), ADDRESS, b"Subject: x\n\ny\n")
            assert not is_permanent(caught.value)
            assert "secret" not in sentence_of(caught.value)


async def test_without_smtp_a_mail_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    await deliver(with_settings(tmp_path), ADDRESS, b"Subject: x\n\ny\n")
    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == b"Subject: x\n\ny\n"


# How it waits.


class Post:
    """A database with one student, and mail to them that is queued as the API queues it."""

    def __init__(self, url: str, sql: "asyncpg.Connection[asyncpg.Record]", ring: Ring) -> None:
        self.url, self.sql, self.ring = url, sql, ring
        self.tokens: list[str] = []

    async def queue(self, email: str = ADDRESS) -> None:
        token = new_token()
        self.tokens.append(token)
        sealed = self.ring.seal_link(digest(token), PREFIX, token)
        await self.sql.execute("select api.register('Anna', $1, 'hash', $2, $3)", email, digest(token), sealed)

    async def states(self) -> list[tuple[str, str | None]]:
        rows = await self.sql.fetch("select status, last_error from reporting.outgoing_mail order by id")
        return [(row["status"], row["last_error"]) for row in rows]

    async def until(self, good: Callable[[list[tuple[str, str | None]]], bool]) -> None:
        async with asyncio.timeout(300):
            while not good(await self.states()):
                await asyncio.sleep(0.02)

    async def retry_now(self) -> None:
        """As if the pause had passed."""
        await self.sql.execute("update assay.outgoing_mail set next_attempt_at = now(); notify assay_mail")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Post]:
    connection = await asyncpg.connect(url)
    try:
        yield Post(url, connection, Ring((Fernet.generate_key().decode(),)))
    finally:
        await connection.close()


@pytest.fixture
async def post(db: str) -> AsyncIterator[Post]:
    async with opened(db) as made:
        yield made


async def test_mail_is_sent_as_soon_as_it_is_queued_and_its_link_is_erased(post: Post, tmp_path: Path) -> None:
    inbox = Inbox()
    with listening(inbox) as port:
        async with sending(post.url, with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"), post.ring):
            await post.queue()
            await post.until(lambda states: states == [("sent", None)])
    assert link_of(PREFIX, "verify_email", post.tokens[0]) in inbox.contents[0].decode().splitlines()
    assert await post.sql.fetchval("select sealed_link is null from assay.outgoing_mail")


async def test_a_mail_that_was_put_off_is_sent_by_another_process_later(post: Post, tmp_path: Path) -> None:
    inbox = Inbox("451 4.7.1 Greylisted")
    with listening(inbox) as port:
        where = with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}")
        async with sending(post.url, where, post.ring):
            await post.queue()
            await post.until(lambda states: states == [("queued", "451 4.7.1 Greylisted")])
        assert inbox.contents == []
        await post.retry_now()
        async with sending(post.url, where, post.ring):
            await post.until(lambda states: states == [("sent", None)])
    assert len(inbox.contents) == 1


async def test_mail_waits_for_a_mail_server_that_is_away(
    post: Post, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port, inbox = free_port(), Inbox()
    async with sending(post.url, with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"), post.ring):
        await post.queue()
        await post.until(lambda states: states[0][1] is not None)
        with listening(inbox, port):
            await post.retry_now()
            await post.until(lambda states: states == [("sent", None)])
    assert "verify_email) was not sent, attempt 1 (SMTPConnectError: Error connecting to 127.0.0.1" in caplog.text
    assert ADDRESS not in caplog.text
    assert post.tokens[0] not in caplog.text


async def test_a_mail_that_is_refused_for_good_is_not_tried_again(
    post: Post, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    quoting = f"550 5.1.1 <{ADDRESS.upper()}> (Anna): No such user, see https://help.example/?who=anna {TOKEN[:30]}"
    with listening(Inbox(quoting)) as port:
        async with sending(post.url, with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"), post.ring):
            await post.queue()
            await post.until(lambda states: states == [("failed", quoting)])
    assert "has failed (550 5.1.1 <…> (…): No such user, see … …)" in caplog.text


async def test_of_several_processes_one_sends_each_mail(post: Post, tmp_path: Path) -> None:
    inbox = Inbox()
    for number in range(8):
        await post.queue(f"a{number}@school.example")
    with listening(inbox) as port:
        where = with_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}")
        async with sending(post.url, where, post.ring), sending(post.url, where, post.ring):
            await post.until(lambda states: states == [("sent", None)] * 8)
    assert len(inbox.contents) == len(set(inbox.contents)) == 8


async def test_a_link_that_was_sealed_with_another_master_key_waits_for_a_process_that_has_it(
    post: Post, tmp_path: Path
) -> None:
    other = Ring((Fernet.generate_key().decode(),))
    async with sending(post.url, with_settings(tmp_path), other):
        await post.queue()
        await post.until(lambda states: states[0][1] is not None)
    assert await post.states() == [("queued", "Its link cannot be read with any of ASSAY_SECRET_KEYS.")]
    await post.retry_now()
    async with sending(post.url, with_settings(tmp_path), post.ring):
        await post.until(lambda states: states == [("sent", None)])


async def test_an_address_that_no_mail_can_hold_fails_and_stops_nothing(post: Post, tmp_path: Path) -> None:
    await post.queue("évà@school.example")
    await post.queue()
    async with sending(post.url, with_settings(tmp_path), post.ring):
        await post.until(
            lambda states: states == [("failed", "This address cannot be written into a mail."), ("sent", None)]
        )


def test_the_start_says_where_mail_goes_and_what_links_begin_with(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    report_settings(settings_of(assay_data_dir=tmp_path))
    assert str(tmp_path / "mail") in caplog.text
    assert "http://127.0.0.1:8000" in caplog.text
    caplog.clear()
    report_settings(with_settings(tmp_path, smtp_url="smtp://user:secret@mail.example"))
    assert "mail.example:25" in caplog.text
    assert PREFIX in caplog.text
    assert "secret" not in caplog.text
