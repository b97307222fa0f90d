"""If-Match is compared under the lock of what changes: of two who have seen the same the second is refused."""

import asyncio
import hashlib

from tests.rules.concurrent import connections
from tests.rules.rows import Sql, refused, school, submission

WAITS = """select exists (select from pg_stat_activity
                           where datname = current_database() and wait_event_type = 'Lock')"""
# What each changes: the representation that its tag is of, and the change.
CHANGES = {
    "class": ("select to_json(c)::text from api.read_class($1, '{class}') c",
              "select from api.edit_class($1, '{class}', $2, false, null, $3)"),
    "assignment": ("select to_json(a)::text from api.read_assignment($1, '{task}') a",
                   "select from api.edit_assignment($1, '{task}', $2, null, null, null, false, null, null,"
                   " if_match => $3)"),
    "template": ("select a.correction_template from api.read_assignment($1, '{task}') a",
                 "select from api.replace_template($1, '{task}', $2, '{{}}', $3)"),
    "account": ("select json_strip_nulls(to_json(m))::text from api.read_me($1) m",
                "select from api.edit_me($1, $2, $3)"),
    "submission": ("select to_json(s)::text from api.read_submission($1, '{text}') s",
                   "select from api.edit_submission($1, '{text}', null, true, $2, false, null,"
                   " '{{}}', '{{}}', '{{}}', $3)"),
}  # fmt: skip


async def test_of_two_who_have_seen_the_same_the_second_is_refused(db: str, sql: Sql) -> None:
    await sql.execute("set timezone = 'UTC'")
    for name, (read, change) in CHANGES.items():
        here = await school(sql)
        ids = {"class": here.classroom, "task": here.task}
        if name == "submission":
            ids["text"] = await submission(sql, here.student, here.task)
        read, change = read.format(**ids), change.format(**ids)
        async with connections(db, 2) as (one, other):
            for session in (one, other):
                await session.execute("set timezone = 'UTC'")
            seen = await sql.fetchval(read, here.teacher.token)
            tags = [hashlib.sha256(seen.encode()).hexdigest()[:32]]
            first = one.transaction()
            await first.start()
            await one.execute(change, here.teacher.token, "First", tags)
            second = asyncio.ensure_future(other.execute(change, here.teacher.token, "Second", tags))
            async with asyncio.timeout(300):
                while not await sql.fetchval(WAITS):
                    await asyncio.sleep(0.01)
            await first.commit()
            with refused(by="precondition_failed"):
                await second
            now = await sql.fetchval(read, here.teacher.token)
            assert "First" in now, name
            assert "Second" not in now, name
            with refused(by="precondition_failed"):
                await other.execute(change, here.teacher.token, "Third", [])
            await other.execute(change, here.teacher.token, "Second", None)
            assert "Second" in await sql.fetchval(read, here.teacher.token)
