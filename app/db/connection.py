"""How assay connects with asyncpg: to the first host of a URI that answers, and as the role that was asked for.

A host that failed is asked last the next time, so that one that hangs costs its seconds once.
"""

import asyncio
import logging
import random
import socket
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from app.db.queries import shipped_queries
from app.postgres_url import Host, PostgresUrl, read

log = logging.getLogger(__name__)

# random_page_cost: rows that requests ask for are in memory or on an SSD, so an index is worth its detours.
# Isolation: the rules look for what others have committed meanwhile, whatever the database's default is.
# Strings: what a statement means must not depend on the database's default either.
SESSION = {
    "timezone": "UTC", "jit": "off", "random_page_cost": "1.1",
    "default_transaction_isolation": "read committed", "standard_conforming_strings": "on",
}  # fmt: skip
# What a lost, full, starting, stopping or failed-over server looks like (InternalClientError: asyncpg issue 1069).
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
# The session behind a connection is not the one that it prepared its statements in.
UNPREPARED = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
# What a statement sees that does not fit the functions in force.
MOVED = (
    asyncpg.UndefinedFunctionError,
    asyncpg.AmbiguousFunctionError,
    asyncpg.UndefinedColumnError,
    asyncpg.InvalidColumnReferenceError,
    asyncpg.InvalidSchemaNameError,
)
# What it meets, by number, when a migration replaces them while it runs.
REPLACED = (
    asyncpg.InternalServerError,
    asyncpg.UndefinedObjectError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
)
# The role does not exist here, or the login is not its member.
ROLE_REFUSED = (asyncpg.InvalidParameterValueError, asyncpg.UndefinedObjectError, asyncpg.InsufficientPrivilegeError)

NOT_MIGRATED = "The database was not migrated: run `assay migrate` first."
OTHER_VERSION = "The database is of another version: run `assay migrate`, or use the version of assay that did."
# What a statement means depends on these: a session in which a pooler changed one is not used, nor one in which a
# statement would go on for ever.
MEANING = ("timezone", "default_transaction_isolation", "standard_conforming_strings")


class Unavailable(Exception):
    """The database did not answer in time, or not at all; `cause` is the class of what was seen."""

    def __init__(self, cause: str, sentence: str | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.sentence = sentence or f"The database does not answer ({cause})."


class OtherVersion(Unavailable):
    """The database answers, but has no such function: it was migrated by another version, or not yet by this one."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause, NOT_MIGRATED if cause.startswith("InvalidSchemaNameError") else OTHER_VERSION)


class RoleRefused(OtherVersion):
    """The database answers, but the role that a connection is to act as does not exist there, or not for this login."""

    def __init__(self, cause: str, role: str) -> None:
        super().__init__(f"{cause}: the login may not act as {role}")
        self.sentence = f"The database does not let its login act as {role}: run `assay migrate` first" + (
            ", or use the login that migrates." if role == "assay_operator" else "."
        )


class Connection(asyncpg.Connection):  # type: ignore[misc,unused-ignore]
    """`host`: where it leads. `backend`: the server's process behind it; None where a pooler stands between."""

    host: Host
    backend: int | None


@dataclass(slots=True)
class _Memory:
    """Of the hosts of one URI: which one worked last, and which did not when last asked."""

    last: Host | None = None
    failed: set[Host] = field(default_factory=set)


_remembered: defaultdict[str, _Memory] = defaultdict(_Memory)


async def connect(url: str, role: str, name: str, **settings: str) -> Connection:
    """A connection that acts as `role`, or none: a pooler may drop the parameter that asks for it, and the session
    would have the login's own rights. `name` is its application_name unless the URI says another.

    Raises RoleRefused where the role cannot be had, Unavailable with a sentence where a pooler gave another one, else
    one of UNREACHABLE or asyncpg.PostgresError.
    """
    known = read(url)
    session = {**SESSION, "role": role, "application_name": name, **known.session, **settings}
    memory, last = _remembered[url], OSError("no host")
    for host, attribute in _tries(known, memory):
        try:
            connection = await _to_host(known, host, attribute, session)
        except ROLE_REFUSED as error:
            raise RoleRefused(type(error).__name__, role) from None
        except UNREACHABLE as error:
            memory.failed.add(host)
            last = error  # type: ignore[assignment]
        else:
            memory.failed.discard(host)
            memory.last = host
            return connection
    raise last


async def answers(url: str, suspect: Connection) -> bool:
    """Whether the host of a connection on which nothing is heard accepts another one, and knows the suspect: a name
    may lead to another server meanwhile. Behind a pooler, whether a statement is answered at all. A host that does not
    answer is asked last from now on."""
    known = read(url)
    try:
        asked: asyncpg.Connection = await asyncpg.connect(
            **_arguments(known, suspect.host, "any"), server_settings={"application_name": "assay probe"},
            timeout=known.seconds,
        )  # fmt: skip
        try:
            there = shipped_queries()["server/has_backend"]
            return bool(await asked.fetchval(there.sql, suspect.backend, timeout=known.seconds))
        finally:
            asked.terminate()
    except asyncpg.InsufficientResourcesError:  # too many connections: somebody said so
        return True
    except UNREACHABLE:
        _remembered[url].failed.add(suspect.host)
        return False
    except asyncpg.PostgresError:
        return True


async def _to_host(known: PostgresUrl, host: Host, attribute: str, session: Mapping[str, str]) -> Connection:
    """A connection that is what it should be. Raises as `connect`."""
    connection: Connection = await asyncpg.connect(
        **_arguments(known, host, attribute),
        timeout=known.seconds,
        max_cached_statement_lifetime=0,
        server_settings=dict(session),
        connection_class=Connection,
    )
    try:
        _keep_alive(connection, known)
        wanted = [session[name] for name in MEANING]
        limited = "statement_timeout" in session
        actual = await connection.fetchrow(
            shipped_queries()["server/read_session"].sql, list(MEANING), wanted, limited, timeout=known.seconds
        )
        assert actual is not None
        _refuse_another(actual["role"], actual["changed"], session)
    except BaseException:
        connection.terminate()
        raise
    connection.host = host
    connection.backend = actual["backend"] if actual["backend"] == connection.get_server_pid() else None
    return connection


def _refuse_another(role: str, changed: Sequence[str], session: Mapping[str, str]) -> None:
    """Raises Unavailable where a pooler did not pass on what the session asked for."""
    if role != session["role"]:
        sentence = f"The connection acts as {role} instead of {session['role']}: let the pooler pass on the role."
        cause = "WrongRole"
    elif changed:
        sentence = f"The connection's {changed[0]} is not {session[changed[0]]}: let the pooler pass it on."
        cause = "WrongSetting"
    else:
        return
    log.error("%s (docs/operating.md, PgBouncer)", sentence.rstrip("."))
    raise Unavailable(cause, sentence)


def _arguments(known: PostgresUrl, host: Host, attribute: str) -> dict[str, Any]:
    return {**known.arguments, "host": host[0], "port": host[1], "target_session_attrs": attribute}


def _tries(known: PostgresUrl, memory: _Memory) -> Iterator[tuple[Host, str]]:
    """Every host for each attribute: the one that worked last comes first, and who failed last time comes last, so that
    a host that hangs is waited for once."""
    hosts = random.sample(known.hosts, len(known.hosts)) if known.shuffled else list(known.hosts)
    hosts.sort(key=lambda host: (host in memory.failed, not known.shuffled and host != memory.last))
    for attribute in known.attributes:
        for host in hosts:
            yield host, attribute


def _keep_alive(connection: Connection, known: PostgresUrl) -> None:
    transport: asyncio.Transport = connection._transport  # type: ignore[attr-defined]  # it has no public name
    found = transport.get_extra_info("socket")
    if found is not None and found.family in (socket.AF_INET, socket.AF_INET6):
        for option in known.sockets:
            found.setsockopt(*option)
