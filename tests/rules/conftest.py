"""A superuser's connection to a fresh database: what psql would be. It counts which functions the tests call."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.rules.rows import Sql

CALLED: set[str] = set()


@pytest.fixture
async def sql(db: str) -> AsyncIterator[Sql]:
    """A connection in autocommit mode, as the superuser."""
    connection = await asyncpg.connect(db, server_settings={"track_functions": "pl"})
    try:
        yield connection
        await connection.execute("reset session authorization; reset role; select pg_stat_force_next_flush()")
        counted = await connection.fetch("select schemaname || '.' || funcname as name from pg_stat_user_functions")
        CALLED.update(row["name"] for row in counted)
    finally:
        await connection.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks back on all the others comes last."""
    items.sort(key=lambda item: item.path.stem == "test_functions_called")
