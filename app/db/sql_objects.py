"""Replay sql/functions: make each function, view and trigger anew or in place, drop what no file makes any more."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import errors

FLOORS = ("assay", "reporting", "worker", "operator", "api")
RECREATED = ("worker", "operator", "api")

# What another file of the same folder may still provide, or another drop still remove.
NOT_YET = (
    errors.UndefinedFunction,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedObject,
    errors.DependentObjectsStillExist,
)
# "create or replace" cannot do it: another result type, a column gone, or a file that only says "create".
NOT_IN_PLACE = (
    errors.InvalidFunctionDefinition,
    errors.InvalidTableDefinition,
    errors.DuplicateFunction,
    errors.DuplicateTable,
    errors.DuplicateObject,
    errors.WrongObjectType,
)

# Every view, trigger and routine of these schemas: the statement that drops it, and which version of its catalog row
# this is. A row that "create or replace" has touched, even with the same text, is another version.
# Views come first: most clients, too, lock a view before its tables.
OBJECTS = """
select format('drop view %%s', c.oid::regclass), concat_ws(',', r.oid, r.xmin, r.cmin, r.ctid)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_rewrite r on r.ev_class = c.oid
 where n.nspname = any(%(schemas)s) and c.relkind = 'v' and r.rulename = '_RETURN'
union all
select format('drop trigger %%I on %%s', t.tgname, t.tgrelid::regclass), concat_ws(',', t.oid, t.xmin, t.cmin, t.ctid)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = any(%(schemas)s) and not t.tgisinternal and t.tgparentid = 0 and c.relkind <> 'v'
union all
select format('drop routine %%s', p.oid::regprocedure), concat_ws(',', p.oid, p.xmin, p.cmin, p.ctid)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname = any(%(schemas)s)
   and not exists (select from pg_depend d
                    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
"""


class MigrationError(Exception):
    """A migration that cannot be done, in one plain sentence that names the file and line where there is one."""


class _Postponed(Exception):
    """Of these statements none could run; this is the first one, and its error."""

    def __init__(self, name: str, error: psycopg.Error) -> None:
        super().__init__(name)
        self.name, self.error = name, error


def run(connection: psycopg.Connection[Any], path: str, text: str) -> None:
    """Run a whole file as one simple query; an error of its own becomes `sql/PATH:LINE: what Postgres says`."""
    try:
        connection.execute(text.encode())
    except (errors.DeadlockDetected, errors.LockNotAvailable, errors.SerializationFailure):
        raise
    except psycopg.Error as error:
        raise _located(path, text, error) from error


def _located(path: str, text: str, error: psycopg.Error) -> MigrationError:
    position = error.diag.statement_position
    line = f":{text.count(chr(10), 0, int(position) - 1) + 1}" if position else ""
    hint = f" ({error.diag.message_hint})" if error.diag.message_hint else ""
    if path == "roles.sql" and isinstance(error, errors.InsufficientPrivilege):
        hint = " (the role of DATABASE_URL must own the database and have CREATEROLE, or a DBA runs this file once)"
    return MigrationError(f"sql/{path}{line}: {error.diag.message_primary or error}{hint}")


def replay(connection: psycopg.Connection[Any], files: Mapping[str, str]) -> list[str]:
    """Bring these files (path -> text) into force, inside the caller's transaction.

    Returns the drop statements of what no file makes any more. `worker`, `operator` and `api` are always made anew;
    `assay` and `reporting` are replaced in place, and made anew too only where that cannot be done.
    """
    try:
        with connection.transaction():
            return _replay(connection, files, RECREATED)
    except MigrationError as error:
        if not isinstance(error.__cause__, NOT_IN_PLACE):
            raise
    with connection.transaction():
        return _replay(connection, files, FLOORS)


def _objects(connection: psycopg.Connection[Any], schemas: tuple[str, ...]) -> dict[str, str]:
    return dict(connection.execute(OBJECTS, {"schemas": list(schemas)}).fetchall())


def _replay(connection: psycopg.Connection[Any], files: Mapping[str, str], anew: tuple[str, ...]) -> list[str]:
    before = _objects(connection, FLOORS)
    _drop(connection, list(_objects(connection, anew)))
    for floor in FLOORS:
        here = {path: text for path, text in files.items() if path.split("/")[1] == floor}
        try:
            _settle(connection, here)
        except _Postponed as postponed:
            raise _located(postponed.name, here[postponed.name], postponed.error) from postponed.error
    if strays := sorted({path.split("/")[1] for path in files} - set(FLOORS)):
        raise MigrationError(f"sql/functions/{strays[0]} is not one of {', '.join(FLOORS)}.")
    after = _objects(connection, FLOORS)
    _drop(connection, [statement for statement, version in after.items() if before.get(statement) == version])
    return sorted(before.keys() - _objects(connection, FLOORS).keys())


def _drop(connection: psycopg.Connection[Any], statements: list[str]) -> None:
    try:
        _settle(connection, {statement: statement for statement in statements})
    except _Postponed as postponed:
        what = postponed.name.removeprefix("drop ")
        why = " ".join((postponed.error.diag.message_detail or "").split())
        raise MigrationError(
            f"The {what} must be dropped, because no file under sql/functions makes it any more or its shape changes, "
            f"but something outside depends on it: {why}"
        ) from postponed.error


def _settle(connection: psycopg.Connection[Any], unsettled: Mapping[str, str]) -> None:
    """Run each, in order; one that needs another comes again after it. Ends when all ran or none can."""
    while unsettled:
        failed: dict[str, psycopg.Error] = {}
        for name, text in unsettled.items():
            try:
                with connection.transaction():
                    run(connection, name, text)
            except MigrationError as error:
                if not isinstance(error.__cause__, NOT_YET):
                    raise
                failed[name] = error.__cause__
        if len(failed) == len(unsettled):
            first = next(iter(failed))
            raise _Postponed(first, failed[first])
        unsettled = {name: unsettled[name] for name in failed}
