"""The database: whether it is there, whose it is, what is in force in it, and what its clock says."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from app.db.migrate import FOREIGN, connect, digest, migrations_of, pending, read_files
from app.db.queries import shipped_queries
from app.db.sql_objects import MigrationError
from app.doctor.finding import Deployment, Finding, NotLookedAt
from app.settings import shipped

MOST_SECONDS_APART = 2.0
MOST_NAMED = 5
COMMIT_SECONDS = 5.0  # it takes milliseconds
CHECKS = shipped("sql") / "checks"
NOT_THERE = (errors.UndefinedFunction, errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedObject)
A_DBA = "have a DBA run `psql -v login={login} -f sql/roles.sql` in this database"
NOT_TO_SERVE = {"assay_owner", "assay_operator"}  # what a login that serves cannot become


@contextmanager
def asking(url: str, role: str | None = None) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the login itself, or as a role. Raises MigrationError, psycopg.Error."""
    with connect(url) as connection:
        connection.cursor_factory = psycopg.RawCursor  # parameters are $1, $2, … as in query files
        if role is None:
            yield connection
            return
        with connection.transaction():  # a pooler may give this session's connection to somebody else after it
            connection.execute(f"set local role {role}".encode())
            yield connection


def row_of(connection: psycopg.Connection[Any], query: str, *values: object) -> Any:
    """The first row that a query file answers."""
    row = connection.execute(shipped_queries()[query].sql.encode(), values).fetchone()
    assert row is not None
    return row


def reachable(deployment: Deployment) -> Iterator[Finding]:
    """Whether DATABASE_URL leads to a server that assay can work with."""
    try:
        with asking(deployment.url) as connection:
            version, standby, only_reads, without_rules, encoding = row_of(connection, "server/read_server")
    except MigrationError as error:
        yield Finding(
            str(error), "Put DATABASE_URL right, start the server, or let it accept this host and login (pg_hba.conf)."
        )
        return
    if version < 180000:
        yield Finding(f"The server is PostgreSQL {version // 10000}.", "assay needs PostgreSQL 18 or newer.")
    if encoding != "UTF8":
        yield Finding(f"The database is in {encoding}.", "Make one with `create database … encoding 'UTF8'`.")
    if standby:
        yield Finding(
            "DATABASE_URL leads to a standby, which takes no writes.",
            "Let it name the primary: list all hosts and add target_session_attrs=read-write.",
        )
    elif only_reads:
        yield Finding(
            "Sessions only read: default_transaction_read_only is on.",
            "Take it out of the URL, PGOPTIONS, the server's settings, or those of this database or login.",
        )
    if without_rules:
        yield Finding(
            "Triggers, and with them the rules of the database, are off in sessions: session_replication_role is not"
            " origin.",
            "Take it out of the URL, PGOPTIONS, the server's settings, or those of this database or login.",
        )


def commits(deployment: Deployment, seconds: float = COMMIT_SECONDS) -> Iterator[Finding]:
    """Whether the primary acknowledges a commit within so many seconds, or waits for a standby that is not there."""
    with asking(deployment.direct) as connection:
        (standbys,) = row_of(connection, "server/read_synchronous_standbys")
        if not standbys:
            return
        late = threading.Event()

        def give_up() -> None:
            late.set()
            connection.cancel_safe()

        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            row_of(connection, "server/commit_nothing")
        finally:
            timer.cancel()
    if late.is_set():
        yield Finding(
            f"The primary waits for a synchronous standby that does not answer (synchronous_standby_names is"
            f" {standbys}): no write is acknowledged.",
            "Start the standby, or name another. `alter system set synchronous_standby_names = ''` and `select"
            " pg_reload_conf()` let the primary go on alone; what it acknowledges then exists once.",
        )


def roles(deployment: Deployment) -> Iterator[Finding]:
    """Whether the login can act as each of assay's roles, or is one that serves, and can act as those two."""
    rows = _roles(deployment)
    login = rows[0]["login"]
    closed = [row["name"] for row in rows if not row["settable"] and not row["for_people"]]
    if missing := [row["name"] for row in rows if not row["exists"]]:
        yield Finding(
            f"The server has no role {_listed(missing)}.", f"Run `assay migrate`, or {A_DBA.format(login=login)}."
        )
    elif (closed := [row["name"] for row in rows if not (row["settable"] or row["for_people"])]) and set(
        closed
    ) != NOT_TO_SERVE:
        yield Finding(
            f"The login {login} cannot act as {_listed(closed)}.",
            f"For a login that only serves: `grant assay_api, assay_worker to {login} with inherit false, set true`."
            f" For one that migrates too: {A_DBA.format(login=login)}.",
        )


def powers(deployment: Deployment) -> Iterator[Finding]:
    """Whether a login has the rights of a role at all times, or a login or a role powers beyond its work."""
    roles_there = _roles(deployment)
    if not all(row["exists"] for row in roles_there):
        raise NotLookedAt("since the roles are missing")
    for row in roles_there:
        if row["powers"]:
            yield Finding(
                f"The role {row['name']} has powers that it must not have: {row['powers']}.",
                f"Take them away: `alter role {row['name']} {_without(row['powers'])}`.",
            )
        if row["member_of"]:
            yield Finding(
                f"The role {row['name']} may do what {row['member_of']} may, as a member of it.",
                f"Take that away: `revoke {row['member_of']} from {row['name']}`.",
            )
    with asking(deployment.direct) as connection:
        logins = connection.cursor(row_factory=dict_row).execute(_text("server/read_logins")).fetchall()
        may_create, everybody_temporary, name = row_of(connection, "server/read_database_privileges")
    for row in logins:
        login = row["login"]
        if row["inherited"]:
            names = ", ".join(row["inherited"])
            yield Finding(
                f"The login {login} has the rights of {names} at all times.",
                f"`revoke {names} from {login}`, then `grant {', '.join(row['settable'])} to {login} with inherit"
                " false, set true`, without those that it does not need.",
            )
        if row["powers"]:
            yield Finding(
                f"The login {login} serves, and has powers that this does not need: {row['powers']}.",
                f"Take them away: `alter role {login} {_without(row['powers'])}`.",
            )
    if not may_create or everybody_temporary:
        yield Finding(
            f"The privileges on the database {name} are not those of sql/roles.sql.",
            f"Run `assay migrate`, or {A_DBA.format(login='ROLE')} (ROLE: the login that migrates).",
        )


def _roles(deployment: Deployment) -> list[dict[str, Any]]:
    with asking(deployment.direct) as connection:
        return connection.cursor(row_factory=dict_row).execute(_text("server/read_roles")).fetchall()


def _text(query: str) -> bytes:
    return shipped_queries()[query].sql.encode()


def in_force(deployment: Deployment) -> Iterator[Finding]:
    """Whether the database has what this version needs, no less and no more."""
    files = read_files()
    try:
        with asking(deployment.direct, "assay_api") as connection:
            state = row_of(connection, "auth/read_readiness", digest(files), list(migrations_of(files)))[0]
    except (*NOT_THERE, errors.InsufficientPrivilege):
        state = "behind"
    if state == "ahead":
        yield Finding(
            "The database has migrations that this version does not know.",
            "Install the version that made them; until then this one may go on, for as long as an upgrade takes.",
        )
    elif state == "behind":
        try:
            waiting = pending(deployment.direct)
            wrong = f"{len(waiting)} files are not in force: {_listed(waiting)}."
        except MigrationError:  # a login that serves may not read what is in force
            wrong = "The database is behind this version."
        yield Finding(wrong, "Run `assay migrate`, with the login that migrates.")


def ownership(deployment: Deployment) -> Iterator[Finding]:
    """Whether all of it belongs to assay_owner."""
    with asking(deployment.direct) as connection:
        if lost := [str(row[0]) for row in connection.execute(FOREIGN).fetchall()]:
            yield Finding(
                f"The schemas {_listed(lost)} do not belong to assay_owner: this database was restored before its roles"
                " existed.",
                "Run sql/roles.sql in a new database, then restore the dump into it.",
            )


def privileges(deployment: Deployment) -> Iterator[Finding]:
    """Whether each role may do its work and nothing else, and every rule is in force."""
    with asking(deployment.direct) as connection:
        for file in sorted(CHECKS.glob("*.sql")):
            text = file.read_text("utf-8")
            rows = connection.execute(text.encode()).fetchall()
            if rows:
                named = [" ".join(map(str, row)) for row in rows]
                what = text.partition("\n")[0].removeprefix("-- ").removesuffix(".")
                yield Finding(
                    f"{what}: {_listed(named)}.",
                    "Undo what was done by hand (grant, revoke, alter … owner, disable trigger).",
                )


def clock(deployment: Deployment) -> Iterator[Finding]:
    """How far this host's clock is from the database's, which judges deadlines."""
    with asking(deployment.url) as connection:
        began = time.time()
        (told,) = row_of(connection, "server/read_clock")
        ended = time.time()
    apart = began - told if told < began else max(0.0, told - ended)
    if apart > MOST_SECONDS_APART:
        yield Finding(
            f"This host's clock is {apart:.0f} s away from the database's, which judges deadlines.",
            "Let NTP set both (timedatectl set-ntp true).",
        )


def api_processes(url: str) -> int:
    """How many processes of the API are connected, as far as this login sees."""
    with asking(url) as connection:
        return int(row_of(connection, "server/count_listeners")[0])


def _without(powers: str) -> str:
    return " ".join(f"no{power}" for power in powers.split(", "))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
