"""What the log may say of a failed connection or statement: the server's own sentence, never what was sent.

PostgreSQL's MESSAGE speaks of names (tables, columns, constraints, roles, hosts) in most classes of errors, and of
values in some: "invalid input syntax for type integer: …". Its DETAIL holds rows. So the message is shown for the
classes named here, the SQLSTATE for all, and DETAIL, HINT and CONTEXT for none.
"""

import asyncpg

from app.db.connection import Unavailable

# Connection, feature, trigger, cardinality, constraint (its name only), cursor or transaction state, login, database
# and schema names, rollback, syntax and privileges (of statements that are ours), resources, limits, prerequisites,
# the operator's doing, the system's, and faults of the server itself. Not among them: data (22), what functions raise
# in their own words (P0, and PT of ours), and routines from outside (38, 39).
SPOKEN = frozenset(
    ("08", "09", "0A", "21", "23", "24", "25", "26", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58", "XX")
)
QUOTING = frozenset({"42601"})  # a syntax error, also one of a search term (tsquery, jsonpath), which it quotes
LONGEST = 300


def said(error: BaseException) -> str:
    """The class of an error, with SQLSTATE and the sentence of the server or of the system where they may be shown."""
    if isinstance(error, Unavailable):
        return error.cause
    name, sentence = type(error).__name__, ""
    if isinstance(error, asyncpg.PostgresError):
        state = str(error.sqlstate or "")
        name = f"{name} {state}".rstrip()
        sentence = str(error.args[0]) if error.args and state[:2] in SPOKEN and state not in QUOTING else ""
    elif type(error) in (asyncpg.InterfaceError, asyncpg.InternalClientError):  # a subclass quotes arguments, or a URL
        sentence = str(error.args[0]) if error.args else ""
    elif isinstance(error, OSError):
        sentence = str(error)
    line = "".join(character for character in " ".join(sentence.split()) if character.isprintable())[:LONGEST]
    return f"{name}: {line}" if line else name
