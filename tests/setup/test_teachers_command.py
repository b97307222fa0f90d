"""`assay teachers`: what an operator sees and does, each in a sentence."""

import re
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

from app.security.keyring import Ring
from app.security.passwords import digest
from tests.setup.console import assay

KEY = Fernet.generate_key().decode()
TOVE = "tove@school.example"


def test_teachers_are_listed_disabled_enabled_invited_and_deleted(db: str, tmp_path: Path) -> None:
    def teachers(*arguments: str) -> tuple[int, str]:
        variables = {"DATABASE_URL": db, "ASSAY_SECRET_KEYS": KEY, "APP_URL": "https://app.school.example/"}
        done = assay("teachers", *arguments, cwd=tmp_path, **variables)
        return done.returncode, done.stdout or done.stderr

    assert teachers("list") == (0, "No teachers.\n")
    with psycopg.connect(db) as admin:
        admin.execute("insert into assay.teachers (name, email) values ('Tove', %s)", [TOVE])
        admin.execute(
            "insert into assay.sessions (digest, teacher_id) select sha256('x'), id from assay.teachers union all"
            " select sha256('y'), id from assay.teachers"
        )
    heads, line = teachers("list")[1].splitlines()
    assert re.split(r"\s+", heads)[:3] == ["email", "name", "state"]
    assert re.split(r"\s+", line)[:6] == [TOVE, "Tove", "invited", "0", "0", "0"]
    assert teachers("invite", "TOVE@school.example") == (0, "The invitation is sent again.\n")
    with psycopg.connect(db) as admin:
        mail = admin.execute("select link_digest, sealed_link from assay.outgoing_mail").fetchone()
    assert mail is not None
    prefix, token = Ring((KEY,)).open_link(bytes(mail[0]), bytes(mail[1]))
    assert (prefix, digest(token)) == ("https://app.school.example", bytes(mail[0]))
    why = ("--reason", "ticket 3")
    assert teachers("disable", TOVE, *why) == (0, "The teacher cannot log in. Sessions ended: 2.\n")
    assert "disabled" in teachers("list")[1]
    code, said = teachers("invite", TOVE)
    assert (code, said) == (1, "assay: This account was disabled: ask whoever operates assay at your school.\n")
    assert teachers("enable", TOVE, *why) == (0, "The teacher may log in.\n")
    nobody = (1, "assay: There is no teacher with the e-mail address nobody@school.example.\n")
    assert teachers("delete", "nobody@school.example", *why) == nobody
    assert teachers("delete", TOVE)[0] == 2  # without a reason
    code, said = teachers("delete", TOVE, *why)
    assert (code, said) == (
        0,
        "The account was deleted, with 0 classes and 0 assignments; 0 submissions to these stay with their students.\n",
    )
    assert teachers("list") == (0, "No teachers.\n")
    with psycopg.connect(db) as admin:
        reason = admin.execute("select reason from assay.audit where 'deleted_at' = any (columns)").fetchall()
    assert reason == [("ticket 3",)]
