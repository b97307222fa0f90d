"""Bring a database up to the files under sql/: roles, then schema migrations, then functions and views.

Everything happens in ONE transaction that locks `migration.lock`: of several processes that start at once the others
wait and find nothing to do, a killed one leaves nothing behind, and no client ever sees new tables with old functions.
What is in force is remembered file by file in `migration.files`, so an unchanged tree costs one query.
"""

import glob
import hashlib
import random
import re
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
from psycopg import errors
from yoyo import internalmigrations, read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.exceptions import BadMigration
from yoyo.migrations import topological_sort

from app.db import error_codes
from app.db.sql_objects import MigrationError, replay, run
from app.postgres_url import for_libpq
from app.settings import shipped

SQL = shipped("sql")
LOCK = "lock table migration.lock in exclusive mode"  # pg_dump does not stand in its way, and only the owner can
GIVE_UP_SECONDS = 60
# What roles.sql meets when another process does the same: InternalError_ is "tuple concurrently updated".
MADE_MEANWHILE = (errors.UniqueViolation, errors.DuplicateSchema, errors.DuplicateTable, errors.InternalError_)
ATTEMPTS_AT_ROLES = 5
TRY_AGAIN = (errors.DeadlockDetected, errors.LockNotAvailable, errors.SerializationFailure)

# Traffic queues behind a waiting `alter table`, and a client falls victim to a deadlock only after `deadlock_timeout`,
# a second unless someone changed it: the migration lets go of its locks long before, and comes again. Traffic that
# never pauses would win for ever: from the third attempt on it is stopped first, and waits until the migration is done.
POLITE_ATTEMPTS = 2
LOCK_TIMEOUTS = ("300ms", "5s")
# What statements read first and hold to their end, whoever asks: who has these alone meets nobody in the midst of one.
DOORS = ("assay.sessions", "assay.jobs", "assay.workers", "assay.outgoing_mail")

REGISTER, LAST = "error_codes.csv", "comments.sql"  # brought in before the functions, and after them

# Only a database that was made before the first release has files of this folder in force.
BEFORE_THE_FIRST_RELEASE = "functions/work/"

# A restored dump remembers roles.sql, but does not bring along what that grants on the database itself.
IN_FORCE = """
select path, sha256
  from migration.files
 where path <> 'roles.sql'
    or not has_database_privilege('public', current_database(), 'temporary')
   and has_database_privilege('assay_owner', current_database(), 'create')
"""
FOREIGN = """
select n.nspname
  from pg_namespace n
 where n.nspname in ('migration', 'assay', 'reporting', 'worker', 'operator', 'api')
   and n.nspowner is distinct from to_regrole('assay_owner')
 order by 1
"""
LEDGER = """
create table if not exists migration.files (
    path           text        primary key,
    sha256         text        not null,
    migration_hash varchar(64) references migration._yoyo_migration on delete cascade,
    applied_at     timestamptz not null default now()
);
create table if not exists migration.versions (
    digest     text        primary key,
    number     bigint      not null unique,
    applied_at timestamptz not null default now()
);
comment on table migration.versions is
    'Each set of files that was in force here: a process knows by its own whether the database is ahead or behind.';
comment on column migration.versions.digest is 'One SHA-256 over the paths and digests of all files, in hexadecimal.';
comment on column migration.versions.number is 'The newest is the set in force; one that returns is the newest again.';
comment on column migration.versions.applied_at is 'When it last came into force.';
comment on table migration.files is 'The files under sql/ that are in force in this database.';
comment on column migration.files.path is 'Relative to sql/.';
comment on column migration.files.sha256 is 'Of the file''s text, in hexadecimal.';
comment on column migration.files.migration_hash is
    'Only for schema/: the migration in yoyo''s table.';
comment on column migration.files.applied_at is 'When this text of the file came into force.';
comment on table migration._yoyo_migration is 'Which files of sql/schema were applied. Kept by yoyo-migrations.';
comment on column migration._yoyo_migration.migration_hash is 'SHA-256 of the file''s name, in hexadecimal.';
comment on column migration._yoyo_migration.migration_id is 'The file''s name without its ending.';
comment on column migration._yoyo_migration.applied_at_utc is 'When it was applied, in UTC.';
comment on table migration._yoyo_log is 'What was applied and rolled back, by whom. Kept by yoyo-migrations.';
comment on column migration._yoyo_log.id is 'The entry.';
comment on column migration._yoyo_log.migration_hash is 'The file, as in _yoyo_migration.';
comment on column migration._yoyo_log.migration_id is 'The file''s name without its ending.';
comment on column migration._yoyo_log.operation is 'apply, rollback, mark or unmark.';
comment on column migration._yoyo_log.username is 'Who ran it, as the operating system knows them.';
comment on column migration._yoyo_log.hostname is 'Where.';
comment on column migration._yoyo_log.comment is 'Not used.';
comment on column migration._yoyo_log.created_at_utc is 'When, in UTC.';
comment on table migration._yoyo_version is 'Versions of the tables of yoyo-migrations. Kept by itself.';
comment on column migration._yoyo_version.version is 'The version.';
comment on column migration._yoyo_version.installed_at_utc is 'Since when, in UTC.';
"""
# A code that the file has lost stays for jobs that failed with it.
ERROR_CODES = """
merge into assay.error_codes c
using (select * from unnest(%s::text[], %s::integer[], %s::text[], %s::text[], %s::text[])
                     as t (code, status, shown_as, field, sentence)) t on t.code = c.code
 when matched and (t.status, t.shown_as, t.field, t.sentence)
      is distinct from (c.status, c.shown_as, c.field, c.sentence)
      then update set status = t.status, shown_as = t.shown_as, field = t.field, sentence = t.sentence
 when not matched
      then insert (code, status, shown_as, field, sentence) values (t.code, t.status, t.shown_as, t.field, t.sentence)
"""
REMEMBER = """
merge into migration.files f
using (select * from unnest(%s::text[], %s::text[], %s::text[]) as t(path, sha256, migration_hash)) t on t.path = f.path
 when matched and (t.sha256, t.migration_hash) is distinct from (f.sha256, f.migration_hash)
      then update set sha256 = t.sha256, migration_hash = t.migration_hash, applied_at = now()
 when not matched then insert (path, sha256, migration_hash) values (t.path, t.sha256, t.migration_hash)
 when not matched by source then delete
"""
NUMBER = """
insert into migration.versions (digest, number)
select %(digest)s, coalesce(max(v.number), 0) + 1 from migration.versions v
    on conflict (digest) do update set number = excluded.number, applied_at = now()
"""


@dataclass(frozen=True)
class Result:
    """What a migration did; all empty when there was nothing to do."""

    applied: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class _Yoyo(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """yoyo's bookkeeping on a connection, and in a transaction, that is not its own."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._lent = connection
        super().__init__(SimpleNamespace(database=connection.info.dbname), "_yoyo_migration")
        self._in_transaction = True

    def connect(self, dburi: object) -> psycopg.Connection[Any]:
        return self._lent

    def prepare(self) -> None:
        if internalmigrations.needs_upgrading(self):
            internalmigrations.upgrade(self)
        self._internal_schema_updated = True


def read_files(sql: Path = SQL) -> dict[str, str]:
    """Path below `sql` -> text, of every file that a database is made from, in the order of their paths."""
    found = [sql / "roles.sql", *sql.glob("schema/*.sql"), sql / REGISTER, *sql.glob("functions/**/*.sql"), sql / LAST]
    paths = (f.relative_to(sql).as_posix() for f in found if f.is_file())
    return {path: (sql / path).read_text("utf-8") for path in sorted(paths)}


def roles(sql: Path = SQL) -> str:
    """The statements of roles.sql, without the lines that are psql's own."""
    return re.sub(r"^\\if .*?^\\endif$", "", (sql / "roles.sql").read_text("utf-8"), flags=re.M | re.S)


def _sums(files: Mapping[str, str]) -> dict[str, str]:
    return {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}


def digest(files: Mapping[str, str]) -> str:
    """By which `assay.compare_schema` knows exactly these files (of `read_files`)."""
    return hashlib.sha256("".join(f"{path} {sha}\n" for path, sha in sorted(_sums(files).items())).encode()).hexdigest()


def migrations_of(files: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the migrations among these files, as yoyo's table has them."""
    return tuple(path[len("schema/") : -len(".sql")] for path in files if path.startswith("schema/"))


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection in autocommit mode, or a MigrationError in one sentence that never holds the URL."""
    try:
        known: dict[str, Any] = {"fallback_application_name": "assay migrate", **for_libpq(url)}
        connection = psycopg.connect(autocommit=True, **known)
    except psycopg.OperationalError as error:
        raise MigrationError(f"The database cannot be reached: {' '.join(str(error).split())}") from error
    except (ValueError, psycopg.Error):
        raise MigrationError("DATABASE_URL is not a postgresql:// URI that libpq understands.") from None
    connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED  # who waited for another sees what it did
    return connection


def _in_force(connection: psycopg.Connection[Any]) -> dict[str, str]:
    try:
        return dict(connection.execute(IN_FORCE).fetchall())
    except (errors.UndefinedTable, errors.InsufficientPrivilege):
        return {}  # a new database, or a role that may only set assay_owner: the long way finds out


def migrate(url: str, sql: Path = SQL) -> Result:
    """Bring the database at `url` up to the files under `sql`; raises MigrationError in one plain sentence."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    for attempt in count(1):
        polite = attempt <= POLITE_ATTEMPTS
        with connect(url) as connection:
            try:
                return _migrate(connection, sql, polite=polite)
            except TRY_AGAIN as error:
                if not polite and time.monotonic() > deadline:
                    raise MigrationError(
                        f"The database is too busy to migrate: {error.diag.message_primary}"
                    ) from error
            except psycopg.Error as error:
                raise MigrationError(f"The migration failed: {error.diag.message_primary or error}") from error
        time.sleep(random.uniform(0.2, 1))  # noqa: S311
    raise AssertionError


def pending(url: str, sql: Path = SQL) -> list[str]:
    """The files that `migrate` would apply or whose objects it would drop; changes nothing. Raises MigrationError."""
    sums = _sums(read_files(sql))
    with connect(url) as connection:
        try:
            if connection.execute("select to_regrole('assay_owner')").fetchone() != (None,):
                connection.execute("set role assay_owner")
            known = _in_force(connection)
        except psycopg.Error as error:
            raise MigrationError(f"What is in force cannot be read: {error.diag.message_primary or error}") from error
    changed = [f"sql/{path}" for path, sha in sums.items() if known.get(path) != sha]
    return changed + [f"sql/{path} (deleted)" for path in sorted(known.keys() - sums.keys())]


def _migrate(connection: psycopg.Connection[Any], sql: Path, *, polite: bool) -> Result:
    files = read_files(sql)
    sums = _sums(files)
    before = _in_force(connection)
    if before == sums:
        return Result()
    _refuse_unfit(connection)
    _refuse_unreleased(before)
    _refuse_foreign_owner(connection)
    with connection.transaction():
        connection.execute(
            "select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true),"
            " set_config('standard_conforming_strings', 'on', true), set_config('array_nulls', 'on', true)"
        )
        _make_roles(connection, sql)
        connection.execute("set local role assay_owner")
        connection.execute(LOCK)
        connection.execute("select set_config('lock_timeout', %s, true)", [LOCK_TIMEOUTS[not polite]])
        if not polite:
            _stop_traffic(connection)
        yoyo = _Yoyo(connection)
        _use_schema(connection, "migration")
        yoyo.prepare()
        if not connection.execute("select to_regclass('migration.versions')").fetchone()[0]:  # type: ignore[index]
            connection.execute(LEDGER.encode())
        known = _in_force(connection)
        _refuse_unreleased(known)
        if known == sums:
            return Result(replaced=("roles.sql",) if before.keys() == sums.keys() - {"roles.sql"} else ())
        migrations = _readable(sql)
        landed = set(yoyo.get_applied_migration_hashes())
        _refuse_rewritten_history(yoyo, migrations, known, sums)
        applied = [_apply(connection, yoyo, m, files) for m in migrations if m.hash not in landed]
        _use_schema(connection, "")
        if REGISTER in files:
            _bring_in_error_codes(connection, files[REGISTER])
        functions = {path: text for path, text in files.items() if path.startswith("functions/")}
        dropped = replay(connection, functions)
        if LAST in files:
            run(connection, LAST, files[LAST])
        hashes = {f"schema/{m.id}.sql": m.hash for m in migrations}
        connection.execute(REMEMBER, [list(sums), list(sums.values()), [hashes.get(path) for path in sums]])
        connection.execute(NUMBER, {"digest": digest(files)})
        again = (path for path in files if path in functions or path in (REGISTER, LAST))
        replaced = tuple(path for path in again if known.get(path) != sums[path])
        return Result(tuple(applied), replaced, tuple(dropped))


def _stop_traffic(connection: psycopg.Connection[Any]) -> None:
    """Until the end of the transaction. A database without one of the tables has no traffic yet."""
    there = connection.execute(
        "select bool_and(to_regclass(name) is not null) from unnest(%s::text[]) name", [list(DOORS)]
    )
    if there.fetchone() == (True,):
        connection.execute(f"lock table {', '.join(DOORS)} in access exclusive mode".encode())


def _make_roles(connection: psycopg.Connection[Any], sql: Path) -> None:
    """Roles, and what is locked. Who finds a new database beside another waits for that one, and finds it made."""
    for attempt in count(1):
        try:
            with connection.transaction():
                return run(connection, "roles.sql", roles(sql))
        except MigrationError as error:
            if not isinstance(error.__cause__, MADE_MEANWHILE) or attempt == ATTEMPTS_AT_ROLES:
                raise


def _refuse_unreleased(known: Mapping[str, str]) -> None:
    if any(path.startswith(BEFORE_THE_FIRST_RELEASE) for path in known):
        raise MigrationError(
            "This database is from before the first release of assay and cannot be migrated; nothing was changed. "
            "Use a new database."
        )


def _refuse_foreign_owner(connection: psycopg.Connection[Any]) -> None:
    """A dump that is restored where its roles do not exist belongs to whoever restored it, and nobody may use it."""
    if lost := [str(row[0]) for row in connection.execute(FOREIGN).fetchall()]:
        raise MigrationError(
            f"The schemas {', '.join(lost)} do not belong to assay_owner: this database was restored before its roles "
            "existed. Run sql/roles.sql in a new database, then restore the dump into it."
        )


def _use_schema(connection: psycopg.Connection[Any], schema: str) -> None:
    """yoyo's tables are named without a schema; the files of assay name every schema themselves."""
    connection.execute("select set_config('search_path', %s, true)", [schema])


def _refuse_unfit(connection: psycopg.Connection[Any]) -> None:
    if connection.info.server_version < 180000:
        version = connection.info.parameter_status("server_version")
        raise MigrationError(f"assay needs PostgreSQL 18 or newer; this server is {version}.")
    if (encoding := connection.info.parameter_status("server_encoding")) != "UTF8":
        raise MigrationError(f"assay needs a database in UTF8; {connection.info.dbname!r} is in {encoding}.")


def _readable(sql: Path) -> Any:
    """yoyo's migrations, sorted so that each comes after those it depends on."""
    migrations = read_migrations(glob.escape(str(sql / "schema")))
    try:
        for migration in migrations:
            if not migration.path.endswith(".sql"):
                raise MigrationError(f"sql/schema/{Path(migration.path).name} is not an .sql file.")
            migration.load()
        return list(topological_sort(migrations))
    except BadMigration as error:
        raise MigrationError(f"The migrations in sql/schema cannot be read: {error}") from error


def _refuse_rewritten_history(
    yoyo: Any, migrations: list[Any], known: Mapping[str, str], sums: Mapping[str, str]
) -> None:
    ids = {m.id for m in migrations}
    rows = yoyo.execute("select migration_id from _yoyo_migration order by migration_id").fetchall()
    if ahead := [row[0] for row in rows if row[0] not in ids]:
        raise MigrationError(
            f"The database is ahead of these files: {', '.join(ahead)} was applied to it, but sql/schema has no such "
            "file. Use the version of assay that has it."
        )
    for path in (f"schema/{row[0]}.sql" for row in rows):
        if known.get(path, sums[path]) != sums[path]:
            raise MigrationError(
                f"sql/{path} was edited after it had been applied to this database. "
                "Restore it, and put the change into a new migration."
            )


def _bring_in_error_codes(connection: psycopg.Connection[Any], text: str) -> None:
    try:
        rows = error_codes.read(text)
    except (ValueError, KeyError) as error:
        raise MigrationError(f"sql/{REGISTER} cannot be read: {error}") from error
    try:
        connection.execute(ERROR_CODES, [list(column) for column in zip(*map(astuple, rows), strict=True)])
    except psycopg.IntegrityError as error:
        raise MigrationError(f"sql/{REGISTER}: {error.diag.message_primary}") from error


def _apply(connection: psycopg.Connection[Any], yoyo: Any, migration: Any, files: Mapping[str, str]) -> str:
    path = f"schema/{migration.id}.sql"
    if not migration.use_transactions:
        raise MigrationError(f"sql/{path} is not transactional: run `yoyo apply` for it first.")
    _use_schema(connection, "")
    run(connection, path, files[path])
    _use_schema(connection, "migration")
    yoyo.mark_one(migration, log=False)
    return str(migration.id)
