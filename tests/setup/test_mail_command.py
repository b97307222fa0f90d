"""`assay mail`: what waits or has failed can be seen, without its link, and sent again."""

import asyncio
import re
import subprocess
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from app.db.queries import load
from app.mail.sender import MailBrokeDown, sending
from app.security.keyring import KeyUnreadable, Ring
from app.security.passwords import digest
from app.settings import Settings
from tests.mail_server import Inbox, listening
from tests.setup.console import assay

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKEN = "t" * 43
REFUSED = "550 5.1.1 <anna@school.example>: No such user"


def queue(db: str, master: str = OLD) -> str:
    """A registration, its mail queued as the API does it; the mail's id."""
    sealed = Ring((master,)).seal_link(digest(TOKEN), "https://assay.example", TOKEN)
    with psycopg.connect(db) as admin:
        admin.execute("select api.register('Anna', 'anna@school.example', 'hash', %s, %s)", [digest(TOKEN), sealed])
        row = admin.execute("select id from assay.outgoing_mail").fetchone()
    assert row
    return str(row[0])


def state(db: str) -> str:
    with psycopg.connect(db) as admin:
        row = admin.execute("select status from reporting.outgoing_mail").fetchone()
    assert row
    return str(row[0])


async def send(db: str, tmp_path: Path, port: int, until: str) -> None:
    settings = Settings(_env_file=None, assay_data_dir=tmp_path, smtp_url=f"smtp://127.0.0.1:{port}")
    async with sending(db, settings, Ring((OLD,))), asyncio.timeout(300):
        while await asyncio.to_thread(state, db) != until:
            await asyncio.sleep(0.02)


def mail(db: str, tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return assay("mail", *arguments, cwd=tmp_path, DATABASE_URL=db)


async def test_mail_that_has_failed_is_listed_and_sent_again(db: str, tmp_path: Path) -> None:
    done = mail(db, tmp_path, "list")
    assert (done.returncode, done.stdout) == (0, "No mail waits, and none has failed.\n")
    mail_id, inbox = queue(db), Inbox(REFUSED)
    with listening(inbox) as port:
        await send(db, tmp_path, port, "failed")
        listed = mail(db, tmp_path, "list", "--limit", "5").stdout
        heads, line = listed.splitlines()
        assert re.split(r"\s+", heads)[:2] == ["id", "created_at"]
        assert mail_id in line
        assert REFUSED in line
        assert TOKEN not in listed
        done = mail(db, tmp_path, "resend", mail_id)
        assert (done.returncode, done.stdout) == (0, "It is tried again.\n")
        await send(db, tmp_path, port, "sent")
    assert len(inbox.contents) == 1
    assert f"https://assay.example/auth/verify?token={TOKEN}" in inbox.contents[0].decode().splitlines()


def test_mail_that_cannot_be_sent_again_is_refused_in_a_plain_sentence(db: str, tmp_path: Path) -> None:
    done = mail(db, tmp_path, "resend", queue(db))
    assert (done.returncode, done.stderr) == (1, "assay: This mail was sent, or is still being tried.\n")
    done = mail(db, tmp_path, "resend", "00000000-0000-7000-8000-000000000000")
    assert done.returncode == 1
    assert done.stderr.startswith("assay: There is no such")


def test_rotate_secret_encrypts_links_of_mail_anew(db: str, tmp_path: Path) -> None:
    mail_id = queue(db)
    done = assay("rotate-secret", cwd=tmp_path, DATABASE_URL=db, ASSAY_SECRET_KEYS=f"{NEW},{OLD}")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Links of mail encrypted anew: 1.")
    with psycopg.connect(db) as admin:
        row = admin.execute("select link_digest, sealed_link from assay.outgoing_mail").fetchone()
    assert row
    assert Ring((NEW,)).open_link(bytes(row[0]), bytes(row[1])) == ("https://assay.example", TOKEN)
    with pytest.raises(KeyUnreadable):
        Ring((OLD,)).open_link(bytes(row[0]), bytes(row[1]))
    done = assay("rotate-secret", cwd=tmp_path, DATABASE_URL=db, ASSAY_SECRET_KEYS=Fernet.generate_key().decode())
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        1,
        f"The link of mail {mail_id} cannot be opened with any of ASSAY_SECRET_KEYS.",
    )


async def test_when_the_sending_of_mail_breaks_down_its_process_is_told_and_ends_with_an_error(
    db: str, tmp_path: Path
) -> None:
    settings, told = Settings(_env_file=None, assay_data_dir=tmp_path), asyncio.Event()
    without = {name: query for name, query in load().items() if name != "worker/claim_mail"}
    with pytest.raises(MailBrokeDown):
        async with sending(db, settings, Ring((OLD,)), without, told.set), asyncio.timeout(300):
            await told.wait()


def test_a_link_opens_for_its_own_mail_alone() -> None:
    ring = Ring((OLD,))
    sealed = ring.seal_link(digest(TOKEN), "https://assay.example", TOKEN)
    assert ring.open_link(digest(TOKEN), sealed) == ("https://assay.example", TOKEN)
    with pytest.raises(KeyUnreadable, match="another mail"):
        ring.open_link(digest("other"), sealed)
    with pytest.raises(KeyUnreadable):
        ring.open_link(digest(TOKEN), ring.seal("teacher", "openai", "sk-sim-secret-key"))
