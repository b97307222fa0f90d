"""Teachers and students: made, verified, logged in and out, forgotten passwords."""

from typing import Any

from tests.contract.driver import Session

PASSWORD, OTHER = "correct horse battery", "another long password"
OLLE = "olle@school.example"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def log_in(session: Session, step: str, who: str, password: str = PASSWORD) -> None:
    """And keep the token, as `who`."""
    body = {"email": f"{who}@school.example", "password": password}
    session.tokens[who] = session.ask(step, "POST /auth/login", json_body=body)["token"]


def teachers(session: Session) -> None:
    """Tove by the command line with a password, Ture with a link, Tyra by an invitation."""
    make = ("create-teacher", "--name", "Tove Guld", "--email", "tove@school.example", "--password-stdin")
    session.run("teacher: made with a password", *make, said=f"{PASSWORD}\n")
    session.beside("teacher: an address that is taken", *make, said=f"{PASSWORD}\n")
    made = session.run(
        "teacher: made with a link", "create-teacher", "--name", "Ture", "--email", "ture@school.example"
    )
    session.beside("teacher: an address that is none", "create-teacher", "--name", "T", "--email", "nobody")
    log_in(session, "teacher: logs in", "tove")
    link = made[0].partition("?token=")[2]
    session.ask("teacher: the page behind the link", "GET /auth/password/reset", query={"token": link}, headers=BROWSER)
    body = {"token": link, "password": PASSWORD}
    session.ask("teacher: sets the first password", "POST /auth/password/reset", json_body=body)
    log_in(session, "teacher: logs in with it", "ture")
    invited = {"name": "Tyra", "email": "tyra@school.example"}
    session.ask("teacher: invites a colleague", "POST /teacher/teachers", "tove", json_body=invited)
    token = session.read_mail("teacher: the invitation", "tyra@school.example")
    session.ask("teacher: invites her again", "POST /teacher/teachers", "tove", json_body=invited)
    body = {"token": token, "password": PASSWORD}
    session.ask("teacher: the colleague sets a password", "POST /auth/password/reset", json_body=body)
    log_in(session, "teacher: the colleague logs in", "tyra")
    session.ask("teacher: me", "GET /auth/me", "tove")
    session.ask("teacher: all of them", "GET /teacher/teachers", "tove")


def _register(session: Session, step: str, who: str, **changed: Any) -> None:
    body = {"name": who, "email": f"{who.lower()}@school.example", "password": PASSWORD, **changed}
    session.ask(step, "POST /auth/register", json_body=body)


def students(session: Session) -> None:
    """Ann, Ben and Cleo with all that can come between; Dora registers twice."""
    _register(session, "register: Ann", "Ann", email="Ann@School.example")
    token = session.read_mail("register: her mail", "ann@school.example")
    body = {"email": "ann@school.example", "password": PASSWORD}
    session.ask("log in: not verified", "POST /auth/login", json_body=body)
    session.ask("log in: not verified, wrong", "POST /auth/login", json_body={**body, "password": OTHER})
    session.ask("verify: by HEAD", "HEAD /auth/verify", query={"token": token})
    session.ask("verify: by POST", "POST /auth/verify", json_body={"token": token})
    session.ask("verify: again", "POST /auth/verify", json_body={"token": token})
    session.ask("verify: again, by GET", "GET /auth/verify", query={"token": token})
    session.ask("verify: again, in a browser", "GET /auth/verify", query={"token": token}, headers=BROWSER)
    log_in(session, "log in: Ann", "ann")
    session.ask("log in: in capitals", "POST /auth/login", json_body={**body, "email": "ANN@SCHOOL.EXAMPLE"})
    session.ask("log in: wrong password", "POST /auth/login", json_body={**body, "password": OTHER})
    session.ask("log in: unknown", "POST /auth/login", json_body={**body, "email": "nobody@school.example"})
    session.ask("log in: no address", "POST /auth/login", json_body={**body, "email": "nobody"})
    twice = '{"email": "nobody@school.example", "email": "ann@school.example", "password": "wrong"}'
    session.ask("log in: a field twice", "POST /auth/login", text=twice, headers={"Content-Type": "application/json"})
    _register(session, "register: Ann again", "Ann", password=OTHER)
    session.read_mail("register: what Ann is told", "ann@school.example", 2)

    _register(session, "register: Ben", "Ben")
    link = {"token": session.read_mail("register: his mail", "ben@school.example")}
    session.ask("verify: by GET", "GET /auth/verify", query=link)
    log_in(session, "log in: Ben", "ben")

    _register(session, "register: Cleo", "Cleo", name="Cléo Sjö 💰")
    session.read_mail("register: her mail in Unicode", "cleo@school.example")
    session.ask("resend: Cleo", "POST /auth/verify/resend", json_body={"email": "cleo@school.example"})
    second = session.read_mail("resend: her mail", "cleo@school.example", 2)
    session.ask("resend: nobody", "POST /auth/verify/resend", json_body={"email": "nobody@school.example"})
    session.ask("resend: verified", "POST /auth/verify/resend", json_body={"email": "ben@school.example"})
    session.ask("verify: in a browser", "GET /auth/verify", query={"token": second}, headers=BROWSER)
    log_in(session, "log in: Cleo", "cleo")

    _register(session, "register: Dora", "Dora")
    first = session.read_mail("register: Dora's mail", "dora@school.example")
    _register(session, "register: Dora again", "Dora")
    second = session.read_mail("register: Dora's second mail", "dora@school.example", 2)
    session.ask("verify: the first of two links", "POST /auth/verify", json_body={"token": first})
    session.ask("verify: the second of two links", "POST /auth/verify", json_body={"token": second})
    log_in(session, "log in: Dora", "dora")

    _register(session, "register: a short password", "Finn", password="seven77")
    session.ask("me: Ann", "GET /auth/me", "ann")
    session.ask("me: by HEAD", "HEAD /auth/me", "ann")
    session.ask("me: not a bearer", "GET /auth/me", headers={"Authorization": "Basic YW5uOmFubg=="})
    session.ask("me: an id of the client's", "GET /auth/me", "ann", headers={"X-Request-ID": "a-client-s-own-id"})
    session.ask("me: an id too short", "GET /auth/me", "ann", headers={"X-Request-ID": "short"})


def passwords(session: Session) -> None:
    """Dora forgets hers; she and Ture log out."""
    session.ask("forgot: Dora", "POST /auth/password/forgot", json_body={"email": "dora@school.example"})
    token = session.read_mail("forgot: her mail", "dora@school.example", 3)
    session.ask("forgot: nobody", "POST /auth/password/forgot", json_body={"email": "nobody@school.example"})
    session.ask("reset: Dora", "POST /auth/password/reset", json_body={"token": token, "password": OTHER})
    session.ask("reset: again", "POST /auth/password/reset", json_body={"token": token, "password": OTHER})
    session.ask("reset: her session is over", "GET /auth/me", "dora")
    body = {"email": "dora@school.example", "password": PASSWORD}
    session.ask("reset: the old password", "POST /auth/login", json_body=body)
    log_in(session, "reset: the new password", "dora", OTHER)
    session.ask("log out: Dora", "POST /auth/logout", "dora")
    session.ask("log out: her token is dead", "GET /auth/me", "dora")
    session.ask("log out: again", "POST /auth/logout", "dora")
    session.ask("forgot: Ture", "POST /auth/password/forgot", json_body={"email": "ture@school.example"})
    session.read_mail("forgot: his mail", "ture@school.example")


def own(session: Session) -> None:
    """Olle is called otherwise, changes his password, logs out everywhere and leaves; Tove may not leave yet."""
    _register(session, "own: Olle registers", "Olle")
    session.ask("own: verifies", "POST /auth/verify", json_body={"token": session.read_mail("own: mail", OLLE)})
    log_in(session, "own: logs in", "olle")
    session.ask("own: another name", "PATCH /auth/me", "olle", json_body={"name": "Olof"})
    change = {"password": PASSWORD, "new_password": OTHER}
    session.ask("own: another password", "POST /auth/password/change", "olle", json_body=change)
    session.ask("own: the old password", "POST /auth/password/change", "olle", json_body=change)
    session.ask("own: out everywhere", "DELETE /auth/sessions", "olle")
    session.ask("own: the token is dead", "GET /auth/me", "olle")
    log_in(session, "own: logs in with it", "olle", OTHER)
    session.ask("own: jobs", "GET /student/jobs", "ann", query={"limit": "1"})
    session.ask("own: submissions", "GET /student/submissions", "ann", query={"limit": "1"})
    session.ask("own: a teacher's jobs", "GET /teacher/jobs", "tove", query={"limit": "1", "status": "succeeded"})
    session.ask("own: leaves", "POST /auth/me/delete", "olle", json_body={"password": OTHER})
    session.ask("own: a teacher with submissions", "POST /auth/me/delete", "tove", json_body={"password": PASSWORD})
