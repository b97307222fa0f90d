"""Questions that a teacher edits while students answer them."""

import asyncio

from tests.rules.concurrent import connections
from tests.rules.quizzes import CHOICE, SHORT, keys, quiz, saved, unpublished
from tests.rules.rows import Sql, assignment, draft, refused, soon, student, teacher

REPLACE = """select api.replace_question($1, $2, json_populate_record(null::api.sent_question,
    '{"kind": "short", "prompt": "What?", "max_score": 4, "options": [{"text": "gold"}]}'))"""
WAITS = """select exists (select from pg_stat_activity
                           where datname = current_database() and wait_event_type = 'Lock')"""


async def test_an_answer_that_is_saved_while_its_question_changes_is_judged_by_the_new_one(db: str, sql: Sql) -> None:
    here = await quiz(sql, CHOICE)
    picked = [(await keys(sql, here.questions[0]))[1]]
    async with connections(db, 2) as (changing, saving):
        change = changing.transaction()
        await change.start()
        await changing.execute(REPLACE, here.teacher.token, here.questions[0])
        late = asyncio.ensure_future(saved(saving, here.student, here.questions[0], picked=picked))
        async with asyncio.timeout(300):
            while not await sql.fetchval(WAITS):
                await asyncio.sleep(0.01)
        await change.commit()
        with refused(by="answer_fits_question"):
            await late
        await saved(saving, here.student, here.questions[0], texts=["gold"])


async def test_an_answer_that_was_saved_before_its_question_changed_goes_with_all_its_attempts(sql: Sql) -> None:
    here = await quiz(sql, CHOICE, SHORT, reveal="at_once", attempts=2)
    picked = [(await keys(sql, here.questions[0]))[2]]
    await saved(sql, here.student, here.questions[0], picked=picked, score=0, marked_by="database", checked_at=soon())
    await saved(sql, here.student, here.questions[0], picked=picked, attempt=2)
    await saved(sql, here.student, here.questions[1], texts=["x"])
    await sql.execute(REPLACE, here.teacher.token, here.questions[0])
    assert await sql.fetchval("select array_agg(question_id) from assay.answers") == [here.questions[1]]


async def test_a_question_of_another_teacher_is_not_there(sql: Sql) -> None:
    here, thief = await quiz(sql, CHOICE, SHORT), await teacher(sql)
    for call in ("read_question($1, $2)", "delete_question($1, $2)", "replace_question($1, $2, null)"):
        with refused(by="not_found"):
            await sql.execute(f"select api.{call}", thief.token, here.questions[0])
        with refused(by="wrong_role"):
            await sql.execute(f"select api.{call}", (await student(sql)).token, here.questions[0])


async def test_a_copy_that_no_template_was_ever_built_for_goes_with_its_draft_and_another_stays(sql: Sql) -> None:
    owner = await teacher(sql)
    complete = await assignment(sql, owner, published_at=None)
    empty = await assignment(sql, owner, published_at=None, correction_template=None)
    for task in (complete, empty):
        await draft(sql, owner, task)
    await sql.execute("delete from assay.assignment_drafts")
    assert [r["id"] for r in await sql.fetch("select id from assay.assignments")] == [complete]


IMPORT = """select api.import_questions($1, $2, array(
    select json_populate_record(null::api.sent_question, q) from json_array_elements($3::json) q), '{1,4}')"""


async def test_of_a_file_all_questions_come_in_or_none_and_the_rule_has_its_line(sql: Sql) -> None:
    owner = await teacher(sql)
    task = await unpublished(sql, owner)
    good = '{"kind": "short", "prompt": "What?", "max_score": 4, "options": [{"text": "gold"}]}'
    with refused(by="gift_unreadable"):
        await sql.execute(IMPORT, owner.token, task, f"[{good}, {good.replace('gold', ' ')}]")
    assert await sql.fetchval("select count(*) from assay.questions") == 0
    await sql.execute(IMPORT, owner.token, task, f"[{good}, {good}]")
    assert await sql.fetchval("select array_agg(number order by number) from assay.questions") == [1, 2]
