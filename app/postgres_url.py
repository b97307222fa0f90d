"""What a postgresql:// URI means, with libpq's variables of the environment: one reading for both drivers.

libpq's parser reads it. `read` puts it into asyncpg's words, `for_libpq` into those that psycopg and psql are given, so
that `assay migrate` and `assay psql` come to the same server as `assay serve`.
"""

import os
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
    "keepalives_idle": ("TCP_KEEPIDLE", 32_767), "keepalives_interval": ("TCP_KEEPINTVL", 32_767),
    "keepalives_count": ("TCP_KEEPCNT", 127), "tcp_user_timeout": ("TCP_USER_TIMEOUT", 2**31 - 1),
}  # fmt: skip  # what Linux takes at most
VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
WORDS = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslnegotiation": ("postgres", "direct"),
    "ssl_min_protocol_version": VERSIONS,
    "ssl_max_protocol_version": VERSIONS,
}
ATTRIBUTES = ("any", "read-write", "read-only", "primary", "standby")
SECONDS, SECONDS_OF_SEVERAL = 5.0, 2.0  # for one host to connect, where connect_timeout does not say
LEAST_SECONDS = 2.0  # psycopg takes 1 for 2
READ_HERE = {
    "host", "port", "connect_timeout", "application_name", "fallback_application_name", "options", "keepalives",
    "target_session_attrs", "load_balance_hosts", *TLS, *NAMES, *KEEPALIVES,
}  # fmt: skip


Host = tuple[str | None, int | None]  # with its port; None: where libpq looks


@dataclass(frozen=True, slots=True, repr=False)
class PostgresUrl:
    """`hosts` are to be tried in this order, or in any if `shuffled`.

    `arguments` are asyncpg's, `session` goes into the start-up message, `seconds` are for each host, `attributes` are
    what a server must be, best first, `sockets` are (level, option, value) of TCP sockets.
    """

    hosts: tuple[Host, ...]
    arguments: Mapping[str, Any]
    session: Mapping[str, str]
    seconds: float
    attributes: tuple[str, ...]
    shuffled: bool
    sockets: tuple[tuple[int, int, int], ...]


@lru_cache(16)
def read(url: str) -> PostgresUrl:
    """Raises ValueError in one sentence that names a parameter, and quotes nothing else of the URI."""
    variables, given = _variables(), _given(url)
    known = {name: value for name, (_, value) in variables.items()} | given
    for name, value in known.items():
        if name not in READ_HERE and value.lower() not in HARMLESS.get(name, ()):
            place = f"parameter {name} of this URI" if name in given else f"variable {variables[name][0]}"
            kept = f", only {' or '.join(HARMLESS[name])}" if name in HARMLESS else ""
            raise ValueError(f"The {place} cannot be kept{kept}: assay connects with asyncpg too.")
    for name in WORDS.keys() & known.keys():
        _one_of(known, name, WORDS[name])
    tls = {name: known[name] for name in TLS if name in known}
    arguments: dict[str, Any] = {ours: known[name] for name, ours in NAMES.items() if name in known}
    hosts = _hosts(known.get("host", ""), known.get("port", ""))
    return PostgresUrl(
        hosts,
        arguments | ({"dsn": f"postgresql:///?{urlencode(tls)}"} if tls else {}),
        {name: known[name] for name in ("options", "application_name") if name in known},
        _seconds(_number(known, "connect_timeout", -(2**31)), len(hosts)),
        _attributes(known, len(hosts)),
        _one_of(known, "load_balance_hosts", ("disable", "random")) == "random",
        _sockets(known),
    )


def for_libpq(url: str) -> dict[str, str]:
    """The URI's parameters, and what `read` adds where they are silent. Raises ValueError as `read`."""
    ours = read(url)
    # The system's own interval, to libpq's documentation; Linux refuses to set it.
    given = {name: value for name, value in _given(url).items() if name not in KEEPALIVES or int(value)}
    asked = "prefer-standby" if ours.attributes[0] == "standby" and len(ours.attributes) > 1 else ours.attributes[0]
    return {**given, "connect_timeout": f"{ours.seconds:.0f}", "target_session_attrs": asked}


def for_reads(url: str) -> str:
    """Of a replica's URI: several hosts may all be standbys; one that was promoted says so when it is asked."""
    if len(read(url).hosts) == 1 or "target_session_attrs" in {**_variables(), **_given(url)}:
        return url
    return f"{url}{'&' if '?' in url.rpartition('@')[2] else '?'}target_session_attrs=prefer-standby"


def _variables() -> dict[str, tuple[str, str]]:
    """By parameter: the variable of the environment that gives it where a URI is silent, and its value."""
    from psycopg.pq import Conninfo

    named = {str(option.keyword, "ascii"): str(option.envvar or b"", "ascii") for option in Conninfo.get_defaults()}
    return {name: (variable, os.environ[variable]) for name, variable in named.items() if os.environ.get(variable)}


def _given(url: str) -> dict[str, str]:
    """libpq's reading of the URI."""
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
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value not in (None, "")}
    except (ProgrammingError, UnicodeError):
        raise ValueError(SENTENCE) from None
    except ValueError as error:
        raise ValueError(str(error) if str(error).startswith("libpq") else SENTENCE) from None


def _hosts(hosts: str, ports: str) -> tuple[Host, ...]:
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


def _number(known: Mapping[str, str], name: str, least: int = 0, most: int = 2**31 - 1) -> int:
    """0 where it is not given, which means the default, as it does to libpq."""
    text = known.get(name, "0")
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text) or not least <= int(text) <= most:
        raise ValueError(f"The parameter {name} of this URI is not a number from {least} to {most}.")
    return int(text)


def _seconds(number: int, hosts: int) -> float:
    if number > 0:
        return max(float(number), LEAST_SECONDS)
    return SECONDS if hosts == 1 else SECONDS_OF_SEVERAL


def _attributes(known: Mapping[str, str], hosts: int) -> tuple[str, ...]:
    """Of several hosts all but one are standbys: the one that takes writes is meant, where the URI does not say."""
    if known.get("target_session_attrs") == "prefer-standby":
        return ("standby", "any")
    silent = "any" if hosts == 1 else "read-write"
    return (_one_of({"target_session_attrs": silent, **known}, "target_session_attrs", ATTRIBUTES),)


def _sockets(known: Mapping[str, str]) -> tuple[tuple[int, int, int], ...]:
    """libpq has keepalives on unless told otherwise, in the system's intervals unless told otherwise."""
    on = _number({"keepalives": "1", **known}, "keepalives", -(2**31)) != 0
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, int(on))]
    for name, (constant, most) in KEEPALIVES.items():
        value = _number(known, name, most=most)
        if value and hasattr(socket, constant):
            options.append((socket.IPPROTO_TCP, getattr(socket, constant), value))
    return tuple(options)
