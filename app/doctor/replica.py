"""DATABASE_REPLICA_URL: whether a replica of this very database is there, and keeps up."""

import time
from collections.abc import Iterator

from app.db.sql_objects import MigrationError
from app.doctor.database import asking, row_of
from app.doctor.finding import Deployment, Finding
from app.postgres_url import for_reads, read

CATCH_UP_SECONDS = 5.0
LOOK_SECONDS = 0.05


def replica(deployment: Deployment) -> Iterator[Finding]:
    """Nothing is asked where there is none."""
    url = deployment.settings.database_replica_url
    if url is None:
        return
    try:
        with asking(for_reads(url)) as copy, asking(deployment.direct) as primary:
            standby, system = row_of(copy, "server/read_system")
            if not standby:
                if system == row_of(primary, "server/read_system")[1] and len(read(url).hosts) > 1:
                    yield Finding(
                        "None of the hosts of DATABASE_REPLICA_URL is a replica just now: the primary reads.",
                        "Start a standby; on the primary pg_stat_replication shows those that follow it.",
                    )
                else:
                    yield Finding(
                        "DATABASE_REPLICA_URL leads to a server that is no replica: reads may miss what was written.",
                        "Let it name a streaming replica of DATABASE_URL's server, or leave it out.",
                    )
                return
            if system != row_of(primary, "server/read_system")[1]:
                yield Finding(
                    "DATABASE_REPLICA_URL leads to a replica of another server.",
                    "Let it name a streaming replica of DATABASE_URL's server, or leave it out.",
                )
                return
            (written,) = row_of(primary, "server/read_written_position")
            ends = time.monotonic() + CATCH_UP_SECONDS
            while not row_of(copy, "server/has_replayed", written)[0]:
                if time.monotonic() > ends:
                    yield Finding(
                        f"The replica has not replayed in {CATCH_UP_SECONDS:.0f} s what the primary had written: it"
                        " lags, and reads go to the primary.",
                        "See pg_stat_replication on the primary and the replica's log; a long query there may hold it"
                        " up (max_standby_streaming_delay).",
                    )
                    return
                time.sleep(LOOK_SECONDS)
    except MigrationError as error:
        sentence = str(error).replace("The database", "The replica", 1)
        yield Finding(sentence, "Put DATABASE_REPLICA_URL right, or start the replica; until then the primary reads.")
