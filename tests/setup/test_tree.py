"""The real files under sql/ make a database."""

import psycopg

from app.db.migrate import digest, migrate, pending, read_files


def test_the_files_of_the_tree_apply_to_an_empty_database_and_the_database_says_so(empty_db: str) -> None:
    assert set(pending(empty_db)) == {f"sql/{path}" for path in read_files()}
    result = migrate(empty_db)
    assert [f"schema/{name}.sql" for name in result.applied] == [p for p in read_files() if p.startswith("schema/")]
    assert pending(empty_db) == []
    with psycopg.connect(empty_db) as connection:
        connection.execute("set role assay_api")
        assert connection.execute("select api.compare_schema(%s)", [digest(read_files())]).fetchone() == ("current",)


def test_a_clone_is_current_and_its_rules_are_there(db: str) -> None:
    assert pending(db) == []
    with psycopg.connect(db) as connection:
        granted = connection.execute("select has_database_privilege('public', current_database(), 'temporary')")
        assert granted.fetchone() == (False,)
