"""What happens while an AI marks: other workers store marks of the same assignments, a question becomes void."""

from uuid import UUID

from tests.rules.concurrent import connections, outcomes
from tests.rules.quizzes import OPEN, published, quiz, saved
from tests.rules.rows import Sql, coins, drift, only, row, student, take, worker

MARKS = '[{"number": 1, "score": 3, "reason": "So.", "quotes": [], "quotes_unfound": 0}]'
FINISH = f"""
select worker.finish_markings($1, $2, array_fill('{MARKS}'::json, n), array_fill(null::text, n),
                              array_fill('openai'::text, n), array_fill('gpt-4o'::text, n), array_fill('v1'::text, n),
                              array_fill('[]'::json, n))
  from (select array[cardinality($1::uuid[])] as n) as sent"""
STUDENTS = 24


async def test_batches_of_the_same_quizzes_in_opposite_order_are_all_stored(sql: Sql, db: str) -> None:
    first = await quiz(sql, OPEN)
    other = await published(sql, first.teacher, OPEN)
    asked = {first.task: first.questions[0]}
    asked[other] = await sql.fetchval("select id from assay.questions where assignment_id = $1", other)
    batches: list[list[UUID]] = [[], []]
    for number in range(STUDENTS):
        author = await student(sql)
        await row(sql, "enrolments", class_id=first.classroom, student_id=author.id)
        tasks = [first.task, other] if number % 2 else [other, first.task]
        for batch, task in zip(batches, tasks, strict=True):  # one batch has the one first, the other batch the other
            await saved(sql, author, asked[task], texts=["Because."])
            handed_in = "select (s.job).id from api.submit_assignment($1, $2, null) s"
            batch.append(await sql.fetchval(handed_in, author.token, task))
    taken = await take(sql, await worker(sql))
    assert len(taken) == 2 * STUDENTS
    # By the students, who are locked first, the batches are apart.
    parts = [batches[0][0::2] + batches[1][0::2], batches[0][1::2] + batches[1][1::2]]
    async with connections(db, 2) as pool:
        said = await outcomes(
            one.fetch(FINISH, part, [taken[job] for job in part]) for one, part in zip(pool, parts, strict=True)
        )
    assert said == {"done": 2}
    assert await sql.fetchval("select count(*) from assay.submissions") == 2 * STUDENTS
    assert await drift(sql) == []


async def test_marks_of_a_question_that_became_void_meanwhile_are_not_stored(sql: Sql) -> None:
    here = await quiz(sql, OPEN)
    await saved(sql, here.student, here.questions[0], texts=["Because."])
    await sql.execute("select from api.submit_assignment($1, $2, null)", here.student.token, here.task)
    taken = await take(sql, await worker(sql))
    await sql.execute("select from assay.void_question($1)", here.questions[0])
    assert len(await sql.fetch(FINISH, list(taken), list(taken.values()))) == 1
    made = await only(sql, "select score, provider, model, prompt_version from assay.submissions")
    assert made == (4, None, None, None)
    assert await only(sql, "select score, marked_by, reason, provider from assay.answers") == (
        4,
        "database",
        None,
        None,
    )
    assert await coins(sql, here.student) == 4


async def test_the_audit_says_of_collected_work_alone_that_it_was_collected(sql: Sql) -> None:
    here = await quiz(sql, OPEN)
    late = await student(sql)
    await row(sql, "enrolments", class_id=here.classroom, student_id=late.id)
    for author in (here.student, late):
        await saved(sql, author, here.questions[0], texts=["Because."])
    await sql.execute("select from api.submit_assignment($1, $2, null)", here.student.token, here.task)
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        await sql.execute("update assay.assignments set deadline = clock_timestamp() where id = $1", here.task)
    assert await sql.fetchval("select worker.collect_answers()") == 1
    taken = await take(sql, await worker(sql))
    assert len(await sql.fetch(FINISH, list(taken), list(taken.values()))) == 2
    audit = """
        select s.student_id, x.reason from assay.audit x join assay.submissions s on s.id::text = x.row_key
         where x.table_name = 'submissions'"""
    reasons = {one["student_id"]: one["reason"] for one in await sql.fetch(audit)}
    assert reasons == {here.student.id: None, late.id: "collected at the deadline"}
    assert await drift(sql) == []
