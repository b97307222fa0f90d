"""A superuser's connection to a fresh database: what psql would be."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.rules.rows import Sql


@pytest.fixture
async def sql(db: str) -> AsyncIterator[Sql]:
    """A connection in autocommit mode, as the superuser."""
    connection = await asyncpg.connect(db)
    try:
        yield connection
    finally:
        await connection.close()
