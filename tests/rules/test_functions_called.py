"""Every plpgsql function was called by some test of this folder: its body is only checked when it runs."""

from pathlib import Path

import psycopg
import pytest

from tests.rules.conftest import CALLED

FUNCTIONS = """
    select n.nspname || '.' || p.proname
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
      join pg_language l on l.oid = p.prolang
     where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api') and l.lanname = 'plpgsql'
     order by 1
"""


def test_every_function_was_called(request: pytest.FixtureRequest, db: str) -> None:
    ran = {item.path for item in request.session.items}
    if not set(Path(__file__).parent.glob("test_*.py")) <= ran or request.config.getoption("keyword"):
        pytest.skip("only after all tests of this folder")
    with psycopg.connect(db) as connection:
        known = [row[0] for row in connection.execute(FUNCTIONS).fetchall()]
    assert [name for name in known if name not in CALLED] == []
