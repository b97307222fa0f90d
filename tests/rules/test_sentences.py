"""What the log says of an error of the database: the server's sentence, and nothing of what was sent."""

import asyncpg
import pytest

from app.db.connection import Unavailable
from app.db.sentences import said
from tests.rules.rows import Sql

SECRET = "Walrus"
SHOWN = [
    ("select nothing_of_the_kind()", "UndefinedFunctionError 42883: function nothing_of_the_kind() does not exist"),
    ("insert into migration.walruses values ('Walrus'), ('Walrus')",
     'UniqueViolationError 23505: duplicate key value violates unique constraint "said_once"'),
    ("insert into assay.job_kinds values ('Walrus', 1, 'Walrus')", "CheckViolationError 23514: new row for relation"),
    ("select pg_terminate_backend(pg_backend_pid())",
     "ConnectionDoesNotExistError 08003: connection was closed in the middle of operation: terminating connection due"),
    ("set statement_timeout = 1; select pg_sleep(3600)", "QueryCanceledError 57014: canceling statement due to"),
    ("set role assay_api; select * from assay.students", "InsufficientPrivilegeError 42501: permission denied for sch"),
]  # fmt: skip
HIDDEN = [
    ("select 'Walrus'::int", "InvalidTextRepresentationError 22P02"),
    ("select 'Walrus'::timestamptz", "InvalidDatetimeFormatError 22007"),
    ("select to_tsquery('Walrus !&')", "PostgresSyntaxError 42601"),
    ("do $$ begin raise exception 'Walrus' using detail = 'Walrus', hint = 'Walrus'; end $$", "RaiseError P0001"),
    ("do $$ begin raise exception using errcode = 'PT409', message = 'Walrus'; end $$", "UnknownPostgresError PT409"),
    ("do $$ begin assert false, 'Walrus'; end $$", "AssertError P0004"),
    ("select 'a' ~ '(Walrus'", "InvalidRegularExpressionError 2201B"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "sentence"), [*SHOWN, *HIDDEN], ids=lambda value: value[:30])
async def test_the_sentence_is_the_servers_where_it_quotes_nothing(sql: Sql, statement: str, sentence: str) -> None:
    await sql.execute("create table migration.walruses (name text constraint said_once unique)")
    with pytest.raises(asyncpg.PostgresError) as caught:
        await sql.execute(statement)
    shown = said(caught.value)
    assert shown.startswith(sentence), shown
    assert SECRET not in shown
    assert ((statement, sentence) in SHOWN) == (": " in shown)


async def test_an_argument_that_the_driver_refuses_is_not_quoted(sql: Sql) -> None:
    with pytest.raises(asyncpg.DataError) as caught:
        await sql.execute("select $1::int", SECRET)
    assert said(caught.value) == "DataError 22000"


async def test_a_server_that_is_away_is_named_with_its_reason() -> None:
    with pytest.raises(OSError, match="Connect call failed") as caught:
        await asyncpg.connect("postgresql://u:Walrus@127.0.0.1:1/db")
    shown = said(caught.value)
    assert shown == "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 1)"
    assert said(Unavailable(shown)) == shown
