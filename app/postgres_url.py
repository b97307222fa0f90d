"""What a postgresql:// URI means: read by libpq, as `assay migrate` connects, and put into asyncpg's words."""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

SENTENCE = (
    "This is not a postgresql:// or postgres:// URI (special characters of the password are percent-encoded, / as %2F)."
)
# libpq's parameters that asyncpg does not have, with the values that change nothing for it; any other is refused.
HARMLESS = {
    "channel_binding": ("disable", "prefer"),
    "client_encoding": ("auto", "utf8", "utf-8", "unicode"),
    "gssdelegation": ("0",),
    "gssencmode": ("disable", "prefer"),
    "min_protocol_version": ("3.0",),
    "max_protocol_version": ("3.0", "3.2", "latest"),
    "replication": ("false", "off", "no", "0"),
    "sslcertmode": ("allow",),
    "sslcompression": ("0",),
    "sslsni": ("1",),
}
TLS = (
    "sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword", "sslnegotiation",
    "ssl_min_protocol_version", "ssl_max_protocol_version",
)  # fmt: skip
NAMES = {"user": "user", "password": "password", "dbname": "database", "passfile": "passfile"}  # libpq's: asyncpg's
KEEPALIVES = {
    "keepalives_idle": "TCP_KEEPIDLE", "keepalives_interval": "TCP_KEEPINTVL", "keepalives_count": "TCP_KEEPCNT",
    "tcp_user_timeout": "TCP_USER_TIMEOUT",
}  # fmt: skip
ATTRIBUTES = ("any", "read-write", "read-only", "primary", "standby")
READ_HERE = {
    "host", "port", "connect_timeout", "application_name", "fallback_application_name", "options", "keepalives",
    "target_session_attrs", "load_balance_hosts", *TLS, *NAMES, *KEEPALIVES,
}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class PostgresUrl:
    """`hosts` are pairs of host (None: where libpq looks) and port, to be tried in this order, or in any if `shuffled`.

    `arguments` are asyncpg's, `session` goes into the start-up message, `seconds` are for one host (None: not said),
    `attributes` are what a server must be, best first, `sockets` are (level, option, value) of TCP sockets.
    """

    hosts: tuple[tuple[str | None, int | None], ...]
    arguments: Mapping[str, Any]
    session: Mapping[str, str]
    seconds: float | None
    attributes: tuple[str, ...]
    shuffled: bool
    sockets: tuple[tuple[int, int, int], ...]


@lru_cache(16)
def read(url: str) -> PostgresUrl:
    """Raises ValueError in one sentence that names a parameter, and quotes nothing else of the URI."""
    known = _known(url)
    for name, value in known.items():
        if name not in READ_HERE and value.lower() not in HARMLESS.get(name, ()):
            kept = f", only {' or '.join(HARMLESS[name])}" if name in HARMLESS else ""
            raise ValueError(f"The parameter {name} of this URI cannot be kept{kept}: assay connects with asyncpg too.")
    attributes = known.get("target_session_attrs", "any")
    tls = {name: known[name] for name in TLS if name in known}
    arguments: dict[str, Any] = {ours: known[name] for name, ours in NAMES.items() if name in known}
    return PostgresUrl(
        _hosts(known.get("host", ""), known.get("port", "")),
        arguments | ({"dsn": f"postgresql:///?{urlencode(tls)}"} if tls else {}),
        {name: known[name] for name in ("options", "application_name") if name in known},
        _seconds(_number(known, "connect_timeout")),
        ("standby", "any") if attributes == "prefer-standby" else (_one_of(known, "target_session_attrs", ATTRIBUTES),),
        _one_of(known, "load_balance_hosts", ("disable", "random")) == "random",
        _sockets(known),
    )


def _known(url: str) -> dict[str, str]:
    """libpq's reading of the parameters."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.pq import Conninfo

    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError(SENTENCE)
    try:
        query = urlsplit(url).query
        parameters = {option.keyword.decode() for option in Conninfo.get_defaults()} | {"ssl"}
        if "@" not in query and (strange := {name for name, _ in parse_qsl(query)} - parameters):
            names = ", ".join(name for name in sorted(strange) if re.fullmatch(r"[\w.]{1,40}", name))
            raise ValueError(f"libpq knows no parameter {names or 'of that name'}.")
        found = {name: str(value) for name, value in conninfo_to_dict(url).items() if value not in (None, "")}
    except (ProgrammingError, UnicodeError):
        raise ValueError(SENTENCE) from None
    except ValueError as error:
        raise ValueError(str(error) if str(error).startswith("libpq") else SENTENCE) from None
    return found


def _hosts(hosts: str, ports: str) -> tuple[tuple[str | None, int | None], ...]:
    names = hosts.split(",")
    numbers = ports.split(",") if "," in ports else [ports] * len(names)
    if len(numbers) != len(names) or not all(re.fullmatch(r"\d{0,5}", number) for number in numbers):
        raise ValueError(SENTENCE)
    pairs = tuple((name or None, int(number) if number else None) for name, number in zip(names, numbers, strict=True))
    if any(number is not None and not 0 < number < 65536 for _, number in pairs):
        raise ValueError(SENTENCE)
    return pairs


def _one_of(known: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if (value := known.get(name, allowed[0])) not in allowed:
        raise ValueError(f"The parameter {name} of this URI is none of {', '.join(allowed)}.")
    return value


def _number(known: Mapping[str, str], name: str) -> int:
    """0 where it is not given, which means the default, as it does to libpq."""
    try:
        return int(known.get(name, "0"))
    except ValueError:
        raise ValueError(f"The parameter {name} of this URI is not a number.") from None


def _seconds(number: int) -> float | None:
    return float(number) if number > 0 else None


def _sockets(known: Mapping[str, str]) -> tuple[tuple[int, int, int], ...]:
    """libpq has keepalives on unless told otherwise, in the system's intervals unless told otherwise."""
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, int(known.get("keepalives", "1") != "0"))]
    for name, constant in KEEPALIVES.items():
        value = _number(known, name)
        if value and hasattr(socket, constant):
            options.append((socket.IPPROTO_TCP, getattr(socket, constant), value))
    return tuple(options)
