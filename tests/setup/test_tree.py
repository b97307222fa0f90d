"""The real files under sql/ make a database."""

import psycopg

from app.db.migrate import digest, migrate, migrations_of, pending, read_files


def test_the_files_of_the_tree_apply_to_an_empty_database_and_the_database_says_so(empty_db: str) -> None:
    assert set(pending(empty_db)) == {f"sql/{path}" for path in read_files()}
    result = migrate(empty_db)
    assert [f"schema/{name}.sql" for name in result.applied] == [p for p in read_files() if p.startswith("schema/")]
    assert pending(empty_db) == []
    with psycopg.connect(empty_db) as connection:
        connection.execute("set role assay_api")
        known = [digest(read_files()), list(migrations_of(read_files()))]
        asked = connection.execute("select * from api.read_readiness(%s, %s)", known)
        assert asked.fetchone() == ("current", [], None)


def test_a_clone_is_current_and_its_rules_are_there(db: str) -> None:
    assert pending(db) == []
    with psycopg.connect(db) as connection:
        granted = connection.execute("select has_database_privilege('public', current_database(), 'temporary')")
        assert granted.fetchone() == (False,)


def test_a_database_with_all_migrations_of_a_process_and_more_is_ahead_of_it(db: str) -> None:
    known = migrations_of(read_files())
    with psycopg.connect(db) as connection:

        def state(migrations: tuple[str, ...]) -> str:
            row = connection.execute("select assay.compare_schema('other files', %s)", [list(migrations)]).fetchone()
            assert row
            return str(row[0])

        assert state(known[:-1]) == "ahead"
        assert state(known) == "behind"  # of other functions nobody knows which are newer
        assert state((*known[:-1], "9999.of-another-branch")) == "behind"
        assert state(()) == "behind"
