"""How assay connects with asyncpg: to the first host of a URI that answers, and as the role that was asked for."""

import asyncio
import logging
import random
import socket
from collections.abc import Iterator

import asyncpg

from app.postgres_url import PostgresUrl, read

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
# The role does not exist here, or the login is not its member.
ROLE_REFUSED = (asyncpg.InvalidParameterValueError, asyncpg.UndefinedObjectError, asyncpg.InsufficientPrivilegeError)

_failed: dict[str, set[tuple[str | None, int | None]]] = {}  # by URI: hosts that did not serve when last asked


class Unavailable(Exception):
    """The database did not answer in time, or not at all; `cause` is the class of what was seen."""

    def __init__(self, cause: str, sentence: str | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.sentence = sentence or f"The database does not answer ({cause})."


async def connect(url: str, role: str, name: str, seconds: float, **settings: str) -> asyncpg.Connection:
    """A connection that acts as `role`, or none: a pooler may drop the parameter that asks for it, and the session
    would have the login's own rights. `name` is its application_name unless the URI says another; each host has
    `seconds` unless the URI says connect_timeout.

    Raises Unavailable with a sentence where the role cannot be had, else one of UNREACHABLE or asyncpg.PostgresError.
    """
    known = read(url)
    session = {**SESSION, "role": role, "application_name": name, **known.session, **settings}
    try:
        connection = await _first(url, known, session, seconds)
    except ROLE_REFUSED as error:
        raise Unavailable(
            type(error).__name__, f"The database does not let its login act as {role}: run `assay migrate` first."
        ) from None
    try:
        actual = await connection.fetchval("select current_user", timeout=seconds)
        if actual == role:
            return connection
    except BaseException:
        connection.terminate()
        raise
    connection.terminate()
    log.error("a connection acts as %s instead of %s: let the pooler pass on the parameter role", actual, role)
    raise Unavailable(
        "WrongRole", f"The connection acts as {actual} instead of {role}: let the pooler pass on the parameter role."
    )


async def _first(url: str, known: PostgresUrl, session: dict[str, str], seconds: float) -> asyncpg.Connection:
    """To the first host that answers and is what the URI wants; the last error when there is none."""
    failed = _failed.setdefault(url, set())
    last: Exception = OSError("no host")
    for host, attribute in _tries(known, failed):
        try:
            connection: asyncpg.Connection = await asyncpg.connect(
                **{**known.arguments, "host": host[0], "port": host[1], "target_session_attrs": attribute},
                timeout=known.seconds or seconds,
                max_cached_statement_lifetime=0,
                server_settings=session,
            )
        except UNREACHABLE as error:
            failed.add(host)
            last = error
        else:
            failed.discard(host)
            _keep_alive(connection, known)
            return connection
    raise last


def _tries(
    known: PostgresUrl, failed: set[tuple[str | None, int | None]]
) -> Iterator[tuple[tuple[str | None, int | None], str]]:
    """Every host for each attribute; who failed last time comes last, so that a host that hangs is waited for once."""
    hosts = random.sample(known.hosts, len(known.hosts)) if known.shuffled else list(known.hosts)
    hosts.sort(key=lambda host: host in failed)
    for attribute in known.attributes:
        for host in hosts:
            yield host, attribute


def _keep_alive(connection: asyncpg.Connection, known: PostgresUrl) -> None:
    transport: asyncio.Transport = connection._transport  # type: ignore[attr-defined]  # it has no public name
    found = transport.get_extra_info("socket")
    if found is not None and found.family in (socket.AF_INET, socket.AF_INET6):
        for option in known.sockets:
            found.setsockopt(*option)
