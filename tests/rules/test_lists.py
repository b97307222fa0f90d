"""What lists hold: whose, in which state, in which order, and nothing that is not shown yet."""

from typing import Any
from uuid import UUID

import pytest

from tests.rules.cases import trial, tried
from tests.rules.quizzes import CHOICE, published
from tests.rules.rows import (
    Person,
    Sql,
    assignment,
    classroom,
    draft,
    fail,
    finish,
    hand_in,
    pending,
    row,
    school,
    soon,
    student,
    submission,
    take,
    teacher,
    worker,
)

MINE = "select id, kind, status, score, assignment_id from api.list_my_jobs($1, $2, $3, $4)"
OURS = "select id, kind, status, score, assignment_id from api.list_jobs($1, $2, $3, $4)"


async def listed(
    sql: Sql, statement: str, who: Person, status: str | None = None, after: UUID | None = None
) -> list[Any]:
    """Ids of jobs, newest first."""
    return [r["id"] for r in await sql.fetch(statement, who.token, status, after, 50)]


async def test_the_jobs_of_a_student_and_of_their_teacher_are_listed_newest_first(sql: Sql) -> None:
    here = await school(sql)
    number = await worker(sql)
    tasks = [await assignment(sql, here.teacher) for _ in range(4)]
    lost = await hand_in(sql, here.student, tasks[0])
    await fail(sql, lost, (await take(sql, number))[lost])
    done = await hand_in(sql, here.student, tasks[1])
    await finish(sql, await take(sql, number), 42)
    text = await sql.fetchval("select id from assay.submissions")
    built = await draft(sql, here.teacher, tasks[2])
    running = await hand_in(sql, here.student, tasks[2])
    assert set(await take(sql, number)) == {built, running}
    queued = await hand_in(sql, here.student, tasks[3])
    again = (await row(sql, "pending_regrades", submission_id=text))["job_id"]
    await sql.execute("update assay.jobs set run_at = now() + interval '1 hour' where id = $1", queued)
    other = await school(sql)
    theirs = await hand_in(sql, other.student, other.task)

    assert await listed(sql, MINE, here.student) == [again, queued, running, done, lost]
    assert await listed(sql, OURS, here.teacher) == [again, queued, running, built, done, lost]
    by_status = {"queued": [again, queued], "succeeded": [done], "failed": [lost]}
    for status, jobs in by_status.items():
        assert await listed(sql, MINE, here.student, status) == jobs
        assert await listed(sql, OURS, here.teacher, status) == jobs
    assert await listed(sql, MINE, here.student, "running") == [running]
    assert await listed(sql, OURS, here.teacher, "running") == [running, built]
    assert await listed(sql, MINE, other.student) == await listed(sql, OURS, other.teacher) == [theirs]
    assert await listed(sql, MINE, here.student, None, running) == [done, lost]
    assert await listed(sql, OURS, here.teacher, None, running) == [built, done, lost]
    pages = [await sql.fetch(OURS, here.teacher.token, None, after, 2) for after in (None, queued, built)]
    assert [[r["id"] for r in page] for page in pages] == [[again, queued], [running, built], [done, lost]]
    (found,) = await sql.fetch(MINE, here.student.token, "succeeded", None, 9)
    assert tuple(found) == (done, "grading", "succeeded", 42, tasks[1])


async def test_a_list_of_jobs_tells_no_score_that_is_held_or_hidden(sql: Sql) -> None:
    here = await school(sql)
    await sql.execute("update assay.assignments set autonomy = 'gated' where id = $1", here.task)
    await hand_in(sql, here.student, here.task)
    await finish(sql, await take(sql, await worker(sql)), 42)
    scores = "select score from api.list_my_jobs($1, null, null, 9)"
    ours = "select score from api.list_jobs($1, null, null, 9)"
    assert await sql.fetchval(scores, here.student.token) is None
    assert await sql.fetchval(ours, here.teacher.token) == 42
    text = await sql.fetchval("select id from assay.submissions")
    case = (await row(sql, "cases", assignment_id=here.task, label="C", submission_id=text, is_drawn=True))["id"]
    assert await sql.fetchval(ours, here.teacher.token) is None
    await tried(sql, case, [None], [40], teacher_id=here.teacher.id)
    await sql.execute("select api.release_results($1, $2)", here.teacher.token, here.task)
    assert await sql.fetchval(scores, here.student.token) == await sql.fetchval(ours, here.teacher.token) == 42


async def test_a_try_is_a_job_of_its_teacher_and_of_no_student(sql: Sql) -> None:
    here = await trial(sql)
    case = (await row(sql, "cases", assignment_id=here.task, label="C", submission_id=here.submission))["id"]
    made = (await row(sql, "tries", case_id=case, number=1, provider="openai", model="gpt-4o"))["id"]
    assert await listed(sql, OURS, here.teacher) == [made]
    assert await listed(sql, MINE, here.student) == []


SUBMISSIONS = "select title, takes, score, feedback, comment, revealed from api.list_my_submissions($1, $2, $3)"


async def test_a_student_lists_what_they_handed_in_and_sees_nothing_that_is_held_or_not_revealed(sql: Sql) -> None:
    here = await school(sql)
    values = {"feedback": "Good.", "comment": "Go on."}
    await submission(sql, here.student, here.task, 10, **values)
    quiz = await published(sql, here.teacher, CHOICE, title="Quiz")
    await submission(sql, here.student, quiz, 3, **values)
    gated = await assignment(sql, here.teacher, title="Gated", autonomy="gated")
    await hand_in(sql, here.student, gated)
    await finish(sql, await take(sql, await worker(sql)), 30)
    await sql.execute("update assay.submissions set feedback = 'Good.', comment = 'Go on.'")
    await submission(sql, await student(sql), here.task, 40)
    shown = [tuple(r) for r in await sql.fetch(SUBMISSIONS, here.student.token, None, 9)]
    assert shown == [
        ("Gated", "text", None, None, None, False),
        ("Quiz", "answers", 3, "Good.", None, False),
        ("An essay", "text", 10, "Good.", "Go on.", True),
    ]
    newest = await sql.fetchval("select id from api.list_my_submissions($1, null, 1)", here.student.token)
    assert len(await sql.fetch(SUBMISSIONS, here.student.token, newest, 9)) == 2


ASSIGNMENTS = "select id from api.list_my_assignments($1, null, 50, wanted_state => $2, sort => $3)"


async def test_a_student_lists_assignments_in_one_state_and_by_deadline(sql: Sql) -> None:
    here = await school(sql)
    group = await classroom(sql, here.teacher, here.student, name="8a")
    late, soonest, past, done, waits = [
        await assignment(sql, here.teacher, deadline=soon(**delta), class_id=group)
        for delta in ({"days": 9}, {"minutes": 5}, {"days": -2}, {"days": 3}, {"days": 4})
    ]
    await submission(sql, here.student, done)
    await pending(sql, here.student, waits)
    states = {"open": [soonest, late, here.task], "closed": [past], "graded": [done], "pending": [waits]}
    for state, ids in states.items():
        found = [r["id"] for r in await sql.fetch(ASSIGNMENTS, here.student.token, state, None)]
        assert found == sorted(ids, reverse=True)
    by_deadline = [past, soonest, here.task, done, waits, late]
    for sort, ids in (("deadline", by_deadline), ("-deadline", by_deadline[::-1])):
        assert [r["id"] for r in await sql.fetch(ASSIGNMENTS, here.student.token, None, sort)] == ids
    found = [r["id"] for r in await sql.fetch(ASSIGNMENTS, here.student.token, "open", "deadline")]
    assert found == [soonest, here.task, late]


async def test_an_assignment_names_its_class_and_its_teacher_to_students(sql: Sql) -> None:
    here = await school(sql)
    task = await assignment(sql, here.teacher, class_id=here.classroom)
    name = await sql.fetchval("select name from assay.teachers where id = $1", here.teacher.id)
    for of in ("api.list_my_assignments($1, null, 9)", "api.read_my_assignment($1, id)"):
        asked = f"select o.class ->> 'name' as class, o.teacher ->> 'name' as teacher from assay.assignments a, {of} o"
        asked += " where o.id = a.id and a.id = $2"
        for one, group in ((task, "7b"), (here.task, None)):
            found = await sql.fetchrow(asked.replace("$1, id", "$1, a.id"), here.student.token, one)
            assert found is not None
            assert tuple(found) == (group, name)


OF_TEACHERS = "select id from api.list_assignments($1, null, null, null, 50, $2, $3)"


async def test_a_teacher_lists_assignments_in_one_state_and_by_deadline_and_no_drafts_of_others(sql: Sql) -> None:
    me, other = await teacher(sql), await teacher(sql)
    a, b, c = [await assignment(sql, me, deadline=soon(days=n)) for n in (2, 1, -1)]
    mine, theirs = [await assignment(sql, who, published_at=None, deadline=soon(days=3)) for who in (me, other)]

    async def found(*asked: str | None) -> list[UUID]:
        return [r["id"] for r in await sql.fetch(OF_TEACHERS, me.token, *asked)]

    assert await found("draft", None) == [mine]
    assert await found("open", None) == [b, a]
    assert await found("closed", None) == [c]
    assert await found(None, "deadline") == [c, b, a, mine]
    assert await found(None, "-deadline") == [mine, a, b, c]
    assert await found("open", "deadline") == [b, a]
    of_other = "select id from api.list_assignments($1, $2, null, null, 50, 'draft')"
    assert await sql.fetch(of_other, me.token, other.id) == []
    assert [r["id"] for r in await sql.fetch(of_other, other.token, other.id)] == [theirs]


SORTED = "select id, score from api.list_submissions($1, $2, $3, 2, $4, $5)"


@pytest.mark.parametrize("sort", ["score", "-score"])
async def test_a_hidden_score_says_nothing_by_its_place(sql: Sql, sort: str) -> None:
    here = await school(sql)
    scores = {await submission(sql, await student(sql), here.task, score): score for score in (10, 90, 50, 50)}
    hidden = await submission(sql, here.student, here.task, 60)
    await row(sql, "cases", assignment_id=here.task, label="C", submission_id=hidden, is_drawn=True)
    seen: list[UUID] = []
    after, key = None, None
    while page := await sql.fetch(SORTED, here.teacher.token, here.task, after, sort, key):
        seen += [r["id"] for r in page]
        after, key = seen[-1], str(scores.get(seen[-1], "-"))
    assert sorted(seen) == sorted([*scores, hidden])
    assert seen[-1] == hidden
    told = [scores[one] for one in seen[:-1]]
    assert told == sorted(told, reverse=sort == "-score")


async def test_names_are_sorted_without_regard_to_case_and_read_from_an_index(sql: Sql) -> None:
    here = await school(sql)
    for name in ("bo", "Bea", "anna", "Cy"):
        await student(sql, name=name)
    names = "select name from api.list_students($1, null, null, null, 9, 'name')"
    assert [r["name"] for r in await sql.fetch(names, here.teacher.token)][:4] == ["anna", "Bea", "bo", "Cy"]
    await sql.execute("set enable_sort = off; set enable_seqscan = off")
    plan = await sql.fetch("explain select id from assay.students order by assay.name_key(name), id limit 9")
    assert "students_by_name" in str(plan)
