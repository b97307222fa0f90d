"""The table of checks: those that cost nothing (at_start.py), then those that ask others."""

from collections.abc import Iterator

import asyncpg
import psycopg

from app.db.database import Unavailable
from app.db.sql_objects import MigrationError
from app.doctor import address, database, host, mail, notifications, queue, replica, secrets
from app.doctor.at_start import AT_START
from app.doctor.finding import Check, Deployment, Finding, NotLookedAt
from app.security.keyring import SecretRefused

DATABASE = ("database", "roles", "migrations")
ASKING: tuple[Check, ...] = (
    Check(name="prompts", well="a worker starts with them", look=host.prompts),
    Check(name="log folder", well="its files can be written, or there are none", look=host.log_folder),
    Check(name="mail server", well="nothing keeps it from taking mail", look=mail.server),
    Check(name="database", well="it answers, and is one for assay", look=database.reachable),
    Check(name="commits", well="they are acknowledged", look=database.commits, needs=("database",)),
    Check(name="roles", well="the login can act as each that it needs", look=database.roles, needs=("database",)),
    Check(name="powers", well="no login and no role has more than its work needs", look=database.powers,
          needs=("database",)),
    Check(name="owner", well="assay_owner owns all", look=database.ownership, needs=("database", "roles")),
    Check(name="migrations", well="what this version needs is in force", look=database.in_force,
          needs=("database", "roles", "owner")),
    Check(name="privileges", well="each role may do its work and no other, and every rule is in force",
          look=database.privileges, needs=DATABASE),
    Check(name="notifications", well="they arrive", look=notifications.heard, needs=DATABASE),
    Check(name="replica", well="it keeps up, or there is none", look=replica.replica, needs=("database",)),
    Check(name="clock", well="it agrees with the database's", look=database.clock, needs=("database",)),
    Check(name="sealed", well="what is stored sealed can be opened", look=secrets.sealed,
          needs=(*DATABASE, "master keys", "data folder")),
    Check(name="queue", well="nothing waits for long", look=queue.queue, needs=DATABASE),
    Check(name="shared counting", well="it answers, or one process counts alone", look=host.counting_now,
          needs=("database",)),
    Check(name="public address", well="it leads to assay, or nothing runs yet", look=address.answers,
          needs=("links", "database")),
    Check(name="AI services", well="no simulator answers for them", look=host.simulators),
)  # fmt: skip
WRONG_ABOVE = "for what is wrong above"
UNFORESEEN = (Unavailable, MigrationError, SecretRefused, asyncpg.PostgresError, psycopg.Error, OSError)


def examine(
    deployment: Deployment, checks: tuple[Check, ...] = (*AT_START, *ASKING)
) -> Iterator[tuple[Check, list[Finding] | str]]:
    """Each check and what it found; why it was not made where it was not, such as that another found something."""
    wrong: set[str] = set()
    for check in checks:
        if wrong.intersection(check.needs):
            wrong.add(check.name)
            yield check, WRONG_ABOVE
            continue
        try:
            found = list(check.look(deployment))
        except NotLookedAt as why:
            yield check, str(why)
            continue
        except UNFORESEEN as error:
            sentence = error.sentence if isinstance(error, Unavailable) else " ".join(str(error).split())
            found = [Finding(f"It could not be looked at: {sentence}", "Ask again once the rest is right.")]
        if found:
            wrong.add(check.name)
        yield check, found
