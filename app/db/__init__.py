"""PostgreSQL from Python: pool, query files, listener, migrations."""
