"""A server that passes for a replica of itself, where a test is about who is asked and not about replaying."""

import psycopg

OWN_REPLICA = """
create or replace function api.replay_position()
    returns table (replayed bigint, committed_at timestamptz, database text)
    language sql volatile security definer
    set search_path = ''
begin atomic
    select p.flushed, p.told_at, p.database from api.log_position() p;
end
"""


def replicate_itself(url: str) -> None:
    """From now on it has always replayed all of its own log."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(OWN_REPLICA.encode())
