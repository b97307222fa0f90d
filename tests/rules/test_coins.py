"""Gold coins: the total is the sum of the scores and of the ledger, after every commit, whoever writes."""

from datetime import timedelta

import asyncpg
import pytest

from tests.rules.rows import (
    Sql,
    assignment,
    classroom,
    coins,
    drift,
    fail,
    finish,
    hand_in,
    only,
    refused,
    row,
    school,
    student,
    submission,
    take,
    teacher,
    worker,
)

LEDGER = "select score, coins, reason, actor, teacher_id, model from assay.coin_ledger order by id"
EDIT = "select e.score from api.edit_submission($1, $2, $3, false, null, false, null, '{}', '{}', '{}') e"


async def test_coins_follow_a_score_in_the_same_statement(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 40)
    assert await coins(sql, here.student) == 40
    await sql.execute("update assay.submissions set score = 15 where id = $1", text)
    assert await coins(sql, here.student) == 15
    await sql.execute("delete from assay.submissions where id = $1", text)
    assert await coins(sql, here.student) == 0
    rows = [(r["score"], r["coins"], r["reason"], r["actor"]) for r in await sql.fetch(LEDGER)]
    assert rows == [(40, 40, "graded", "operator"), (15, -25, "edited", "operator"), (None, -15, "removed", "operator")]
    assert await drift(sql) == []


async def test_a_new_total_is_nothing_that_the_indexes_of_students_hear_of(sql: Sql) -> None:
    here = await school(sql)
    await sql.execute(
        "insert into assay.students (name, email, email_verified_at)"
        " select 'A student of some name', 's' || n || '@example.org', now() from generate_series(1, 500) n"
    )
    async with sql.transaction():
        await sql.execute(
            "insert into assay.submissions (student_id, assignment_id, content, score, original_score)"
            " select id, $1, 'text', 10, 10 from (select id, row_number() over (order by id) as n from assay.students)"
            "  where n % 10 = 0", here.task,
        )  # fmt: skip
        for kind in ("", "hot_"):
            assert await sql.fetchval(f"select pg_stat_get_xact_tuples_{kind}updated('assay.students'::regclass)") == 50


async def test_a_statement_over_many_rows_pays_each_student_their_own(sql: Sql) -> None:
    here, other = await school(sql), await student(sql)
    tasks = [await assignment(sql, here.teacher) for _ in range(3)]
    await sql.execute(
        "insert into assay.submissions (student_id, assignment_id, content, score, original_score)"
        " select s, a, 'text', 10, 10 from unnest($1::uuid[]) s, unnest($2::uuid[]) a",
        [here.student.id, other.id], tasks,
    )  # fmt: skip
    await sql.execute("update assay.submissions set score = score + 1 where student_id = $1", other.id)
    assert (await coins(sql, here.student), await coins(sql, other)) == (30, 33)
    assert await drift(sql) == []


@pytest.mark.parametrize(
    "write",
    ["update assay.students set total_gold_coins = total_gold_coins + 1",
     "insert into assay.students (name, email, total_gold_coins) values ('A', 'rich@example.org', 5)"],
)  # fmt: skip
async def test_a_commit_that_makes_coins_of_nothing_is_refused(sql: Sql, write: str) -> None:
    await school(sql)
    with refused(by="coins_equal_scores"):
        await sql.execute(write)


async def test_coins_may_differ_within_a_transaction_but_not_at_its_end(sql: Sql) -> None:
    here = await school(sql)
    async with sql.transaction():
        await sql.execute("update assay.students set total_gold_coins = 7")
        await sql.execute("update assay.students set total_gold_coins = 0")
        await submission(sql, here.student, here.task, 3)
    assert await coins(sql, here.student) == 3


@pytest.mark.parametrize("write", ["update assay.coin_ledger set coins = 0", "delete from assay.coin_ledger"])
@pytest.mark.parametrize("role", ["postgres", "assay_owner"])
async def test_the_ledger_is_never_changed_also_not_by_the_owner(sql: Sql, write: str, role: str) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    await sql.execute(f"set role {role}")
    with refused(by="ledger_immutable"):
        await sql.execute(write)


async def test_a_score_is_between_zero_and_the_maximum_whoever_writes_it(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 100)
    for score in (-1, 101):
        with refused(by="score_in_range"):
            await sql.execute("update assay.submissions set score = $2 where id = $1", text, score)
        with refused(by="score_in_range"):
            await sql.fetchval(EDIT, here.teacher.token, text, score)
    await sql.execute("update assay.submissions set score = 0 where id = $1", text)


async def test_a_teachers_score_names_the_teacher_and_no_model(sql: Sql) -> None:
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    await finish(sql, await take(sql, await worker(sql)), 50)
    text = await sql.fetchval("select id from assay.submissions")
    assert await sql.fetchval(EDIT, here.teacher.token, text, 60) == 60
    rows = [tuple(r) for r in await sql.fetch(LEDGER)]
    assert rows == [
        (50, 50, "graded", "ai", None, "gpt-4o"),
        (60, 10, "edited", "teacher", here.teacher.id, None),
    ]
    now = await only(sql, "select score, original_score, provider, model, prompt_version from assay.submissions")
    assert now == (60, 50, None, None, None)


async def test_feedback_alone_moves_no_coins_and_is_no_new_score(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task)
    await sql.execute(
        "select e.id from api.edit_submission($1, $2, null, true, 'Well done', false, null, '{}', '{}', '{}') e",
        here.teacher.token,
        text,
    )
    assert len(await sql.fetch(LEDGER)) == 1
    assert await sql.fetchval("select feedback from reporting.scores") == "Well done"


async def test_a_superseded_attempt_changes_nothing(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    slow, quick = await worker(sql), await worker(sql)
    first = await take(sql, slow)
    await sql.execute("update assay.workers set lease_until = now() - interval '1 s' where id = $1", slow)
    assert await sql.fetchval("select worker.rescue_jobs()") == 1
    second = await take(sql, quick)
    assert (first[job], second[job]) == (1, 2)
    assert await finish(sql, first) == set()
    assert not await fail(sql, job, first[job])
    assert await coins(sql, here.student) == 0
    assert await sql.fetchval("select count(*) from assay.submissions") == 0
    assert await finish(sql, second, 70) == {job}
    assert await coins(sql, here.student) == 70


async def test_finishing_twice_pays_once(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    taken = await take(sql, await worker(sql))
    assert await finish(sql, taken) == {job}
    assert await finish(sql, taken) == set()
    assert await coins(sql, here.student) == 50
    assert len(await sql.fetch(LEDGER)) == 1


async def regraded(sql: Sql, by_hand: bool, replace: bool) -> tuple[asyncpg.Record, list[tuple[object, ...]]]:
    """A submission that was graded again, after a teacher's edit or not; the finished job, and the ledger."""
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    number = await worker(sql)
    await finish(sql, await take(sql, number), 50)
    text = await sql.fetchval("select id from assay.submissions")
    regrade = "select (api.regrade_submission($1, $2, $3)).id"
    job = await sql.fetchval(regrade, here.teacher.token, text, replace)
    if by_hand:
        await sql.fetchval(EDIT, here.teacher.token, text, 60)
    await finish(sql, await take(sql, number), 80)
    done = await sql.fetchrow("select * from assay.finished_jobs where id = $1", job)
    assert done is not None
    assert await drift(sql) == []
    return done, [(r["score"], r["reason"]) for r in await sql.fetch(LEDGER)]


async def test_a_regrade_replaces_the_score_of_the_ai(sql: Sql) -> None:
    done, ledger = await regraded(sql, by_hand=False, replace=False)
    assert (done["score"], done["error_code"]) == (80, None)
    assert ledger == [(50, "graded"), (80, "regraded")]


async def test_a_regrade_leaves_a_score_that_a_teacher_gave_meanwhile(sql: Sql) -> None:
    done, ledger = await regraded(sql, by_hand=True, replace=False)
    assert (done["score"], done["error_code"]) == (None, "score_of_teacher")
    assert ledger == [(50, "graded"), (60, "edited")]


async def test_a_regrade_replaces_a_teachers_score_when_it_is_asked_to(sql: Sql) -> None:
    done, ledger = await regraded(sql, by_hand=True, replace=True)
    assert (done["score"], done["error_code"]) == (80, None)
    assert ledger == [(50, "graded"), (60, "edited"), (80, "regraded")]


async def test_a_teachers_own_score_is_not_even_queued_for_a_regrade(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task)
    with refused(by="score_of_teacher"):
        await sql.execute("select api.regrade_submission($1, $2, false)", here.teacher.token, text)
    await sql.execute("delete from assay.api_keys")
    with refused(by="api_key_missing"):
        await sql.execute("select api.regrade_submission($1, $2, true)", here.teacher.token, text)


async def test_a_regrade_that_fails_leaves_the_old_score(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 33)
    await sql.execute("select api.regrade_submission($1, $2, true)", here.teacher.token, text)
    (job, attempt), *_ = (await take(sql, await worker(sql))).items()
    assert await fail(sql, job, attempt)
    assert await sql.fetchval("select score from assay.submissions") == 33
    with refused(by="ai_unavailable"):
        await sql.execute("select api.read_outcome($1, $2)", here.teacher.token, job)


async def test_drift_is_seen_where_a_rule_was_switched_off(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task, 10)
    assert await drift(sql) == []
    await sql.execute("set session_replication_role = replica")
    await sql.execute("update assay.submissions set score = 11")
    assert [tuple(r)[2:] for r in await drift(sql)] == [(10, 11, 10, 10)]


async def test_the_gradebook_of_a_past_moment_is_what_stood_then(sql: Sql) -> None:
    here, other = await school(sql), await teacher(sql)
    assert other
    later = await student(sql, name="Later")

    async def moment() -> object:
        return await sql.fetchval("select clock_timestamp()")

    async def book(at: object) -> list[tuple[object, ...]]:
        rows = await sql.fetch("select * from reporting.gradebook_as_of($1) order by student_id, assignment_id", at)
        return [(r["student_id"], r["assignment_id"], r["score"]) for r in rows]

    me, task = here.student.id, here.task
    assert await book(await sql.fetchval("select now() - interval '1 day'")) == []
    empty = await moment()
    text = await submission(sql, here.student, task, 10)
    graded = await moment()
    await sql.execute("update assay.submissions set score = 20 where id = $1", text)
    edited = await moment()
    await row(sql, "enrolments", class_id=here.classroom, student_id=later.id)
    grown = await moment()
    await sql.execute("select api.remove_student($1, $2, $3)", here.teacher.token, here.classroom, me)
    left = await moment()
    await sql.execute("delete from assay.submissions where id = $1", text)
    await row(sql, "enrolments", class_id=here.classroom, student_id=me)
    back = await moment()
    await sql.execute("select api.delete_assignment($1, $2)", here.teacher.token, task)
    gone = await moment()

    assert await book(empty) == [(me, task, None)]
    assert await book(graded) == [(me, task, 10)]
    assert await book(edited) == [(me, task, 20)]
    assert await book(grown) == [(me, task, 20), (later.id, task, None)]
    assert await book(left) == [(later.id, task, None)]
    assert await book(back) == [(me, task, None), (later.id, task, None)]
    assert await book(gone) == [(me, None, None), (later.id, None, None)]


async def test_the_gradebook_of_now_is_the_gradebook(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task, 10)
    await assignment(sql, here.teacher, class_id=here.classroom)
    await classroom(sql, here.teacher, name="nobody")
    await classroom(sql, await teacher(sql), here.student, name="nothing")
    soon = await sql.fetchval("select clock_timestamp()") + timedelta(seconds=1)
    columns = ", ".join(
        r[0]
        for r in await sql.fetch(
            "select attname from pg_attribute where attrelid = 'reporting.gradebook'::regclass"
            " and attnum > 0 and attname <> 'graded_at' order by attnum"
        )
    )
    past = await sql.fetch(f"select {columns} from reporting.gradebook_as_of($1) order by 2, 4, 7", soon)
    assert past == await sql.fetch(f"select {columns} from reporting.gradebook order by 2, 4, 7")
    assert len(past) == 4  # two assignments, nobody, nothing
    one = await sql.fetch("select from reporting.gradebook_as_of($1, $2)", soon, here.classroom)
    assert len(one) == 2
