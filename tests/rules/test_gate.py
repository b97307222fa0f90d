"""Results of a gated assignment are held until a model agrees with people, or its teacher releases them."""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from tests.rules.cases import brought, tried
from tests.rules.concurrent import connections, outcomes
from tests.rules.rows import (
    Person,
    School,
    Sql,
    classroom,
    coins,
    drift,
    finish,
    hand_in,
    only,
    refused,
    row,
    school,
    student,
    submission,
    take,
    worker,
)

GATE = "select assay.held_because($1, 'openai', 'gpt-4o', $2)"
RELEASE = "select api.release_results($1, $2)"
HELD = "select count(*) from assay.submissions where released_at is null"


class Gated(NamedTuple):
    """A school whose assignment is gated, and cases of it that a model has marked."""

    school: School
    cases: list[UUID]


async def gated(sql: Sql, cases: int = 20, bias: int = 0, **terms: Any) -> Gated:
    """The model gave 1, 2, 3, … coins to so many cases, and people would give `bias` less; nobody did yet."""
    here = await school(sql)
    await sql.execute("update assay.assignments set autonomy = 'gated' where id = $1", here.task)
    for name, value in terms.items():
        await sql.execute(f"update assay.assignments set {name} = $2 where id = $1", here.task, value)
    made = []
    for number in range(cases):
        case = await brought(sql, here.task, label=f"Essay {number}")
        await tried(sql, case, [None], [10 + number + bias])
        made.append(case)
    return Gated(here, made)


async def mark(sql: Sql, here: Gated, number: int, score: int | None = None) -> None:
    """The teacher marks a case, by default with what the model gave without its bias."""
    given = 10 + number if score is None else score
    await tried(sql, here.cases[number], [None], [given], teacher_id=here.school.teacher.id)


async def graded(sql: Sql, here: Gated, author: Person | None = None, score: int = 50) -> UUID:
    """A text of a student, handed in and graded by the model."""
    author = author or here.school.student
    job = await hand_in(sql, author, here.school.task)
    assert await finish(sql, await take(sql, await worker(sql)), score) == {job}
    made: UUID = await sql.fetchval("select id from assay.submissions where student_id = $1", author.id)
    return made


async def seen_by(sql: Sql, author: Person, task: UUID) -> tuple[Any, ...]:
    """State, score, score and feedback of the submission, its outcome, and how many scores are listed."""
    return await only(
        sql,
        "select a.state, a.score, m.score, m.feedback, m.outcome::text,"
        " (select count(*) from api.list_my_scores($1, null, 9) l where l.submission_id is not null)"
        " from api.read_my_assignment($1, $2) a, api.read_my_submission($1, $2) m",
        author.token, task,
    )  # fmt: skip


async def test_of_a_held_result_its_student_learns_that_it_is_graded_and_nothing_more(sql: Sql) -> None:
    here = await gated(sql)
    author, task = here.school.student, here.school.task
    text = await graded(sql, here)
    await sql.execute("update assay.submissions set feedback = 'Good.'")
    assert await seen_by(sql, author, task) == ("graded", None, None, None, None, 0)
    assert await only(sql, "select state, score from api.list_my_assignments($1, null, 9)", author.token) == (
        "graded", None)  # fmt: skip
    job = await sql.fetchval("select id from assay.finished_jobs where submission_id = $1", text)
    assert await only(sql, "select status, score from api.read_my_job($1, $2)", author.token, job) == (
        "succeeded", None)  # fmt: skip
    assert await coins(sql, author) == 0
    for nothing in ("assay.coin_ledger", "reporting.scores", "reporting.score_history", "reporting.coin_drift"):
        assert await sql.fetchval(f"select count(*) from {nothing}") == 0
    totals = "select total_gold_coins, graded_submissions from reporting.gold_coin_totals where student_id = $1"
    assert await only(sql, totals, author.id) == (0, 0)
    assert await sql.fetchval("select count(score) from reporting.gradebook") == 0
    shown = "select score, feedback, released_at from api.read_submission($1, $2)"
    assert await only(sql, shown, here.school.teacher.token, text) == (50, "Good.", None)
    states = "select state, score, released_at from api.list_assignment_students($1, $2, null, null, 9)"
    assert await only(sql, states, here.school.teacher.token, task) == ("graded", 50, None)
    with refused(by="not_revealed_yet"):
        await sql.execute("select api.request_regrade($1, $2, null, $3)", author.token, task, "x" * 20)


async def test_nineteen_cases_hold_and_the_twentieth_releases_and_pays(sql: Sql) -> None:
    here = await gated(sql)
    author = here.school.student
    await graded(sql, here)
    for number in range(19):
        await mark(sql, here, number)
    assert await sql.fetchval(GATE, here.school.task, "v1") == (
        "gpt-4o was compared with people on 19 of at least 20 cases."
    )
    assert await coins(sql, author) == 0
    await mark(sql, here, 19)
    assert await sql.fetchval(GATE, here.school.task, "v1") is None
    assert await coins(sql, author) == 50
    ledger = "select score, coins, reason, actor, model from assay.coin_ledger"
    assert [tuple(r) for r in await sql.fetch(ledger)] == [(50, 50, "graded", "ai", "gpt-4o")]
    assert (await seen_by(sql, author, here.school.task))[:3] == ("graded", 50, 50)
    other = await student(sql)
    await row(sql, "enrolments", class_id=here.school.classroom, student_id=other.id)
    await graded(sql, here, other)  # from now on it counts at once
    assert await coins(sql, other) == 50
    assert await drift(sql) == []


async def test_a_finished_try_of_the_model_releases_too(sql: Sql) -> None:
    here = await gated(sql, 19)
    await graded(sql, here)
    for number in range(19):
        await mark(sql, here, number)
    here.cases.append(await brought(sql, here.school.task, label="Last"))
    await mark(sql, here, 19)
    assert await coins(sql, here.school.student) == 0
    await tried(sql, here.cases[19], [None], [29])
    assert await coins(sql, here.school.student) == 50


async def test_a_kappa_too_low_and_a_bias_too_high_hold_and_say_so(sql: Sql) -> None:
    here = await gated(sql, 4, bias=6, gate_min_cases=4)
    await graded(sql, here)
    for number in range(4):
        await mark(sql, here, number)
    said = await sql.fetchval(GATE, here.school.task, "v1")
    assert said.startswith("It agrees with people by a kappa of 0.")
    assert said.endswith("It marks 6.00 coins higher than people on average, allowed are 5.00.")
    change = "update assay.assignments set {} where id = $1"
    await sql.execute(change.format("gate_min_qwk = 0"), here.school.task)
    assert await sql.fetchval(HELD) == 1
    await sql.execute(change.format("gate_max_bias = 0.06"), here.school.task)
    assert await sql.fetchval(HELD) == 0
    assert await coins(sql, here.school.student) == 50


async def test_where_all_agree_on_one_value_the_kappa_is_undefined_and_passes(sql: Sql) -> None:
    here = await gated(sql, 0, gate_min_cases=2)
    await graded(sql, here)
    for number in range(2):
        here.cases.append(await brought(sql, here.school.task, label=f"Essay {number}"))
        await tried(sql, here.cases[number], [None], [30])
    await mark(sql, here, 0, 30)
    assert await sql.fetchval(HELD) == 1
    await mark(sql, here, 1, 30)
    found = "select qwk, exact from reporting.agreement where question_id is null and model = 'gpt-4o'"
    assert await only(sql, found) == (None, 1)
    assert await sql.fetchval(HELD) == 0


async def test_another_prompt_or_rubric_has_no_figures_and_says_so(sql: Sql) -> None:
    here = await gated(sql, 2, gate_min_cases=2)
    for number in range(2):
        await mark(sql, here, number)
    assert await sql.fetchval(GATE, here.school.task, "v1") is None
    other = "What there is was marked by another prompt or rubric."
    assert (await sql.fetchval(GATE, here.school.task, "v2")).endswith(other)
    await sql.execute(
        "update assay.assignments set correction_template = 'Look twice.' where id = $1", here.school.task
    )
    assert (await sql.fetchval(GATE, here.school.task, "v1")).endswith(other)
    unknown = await sql.fetchval("select assay.held_because($1, 'openai', 'gpt-5', 'v1')", here.school.task)
    assert unknown == "No case was marked both by gpt-5 with this prompt and rubric and by people."
    await graded(sql, here)
    assert await sql.fetchval(HELD) == 1


async def test_full_autonomy_and_other_terms_release_what_they_hold_no_longer(sql: Sql) -> None:
    here = await gated(sql)
    await graded(sql, here)
    await sql.execute("update assay.assignments set autonomy = 'full' where id = $1", here.school.task)
    assert await coins(sql, here.school.student) == 50
    await sql.execute("update assay.assignments set autonomy = 'gated' where id = $1", here.school.task)
    assert await sql.fetchval(HELD) == 0  # what was released stays so


async def test_a_case_less_may_release(sql: Sql) -> None:
    here = await gated(sql, 3, gate_min_cases=2)
    await graded(sql, here)
    for number, score in ((2, 90), (0, 10), (1, 11)):
        await mark(sql, here, number, score)
    assert await sql.fetchval(HELD) == 1
    await sql.execute("delete from assay.cases where id = $1", here.cases[2])
    assert await sql.fetchval(HELD) == 0


async def test_what_people_and_the_database_gave_is_not_held(sql: Sql) -> None:
    here = await gated(sql, 0)
    await submission(sql, here.school.student, here.school.task, 10)
    assert await sql.fetchval(HELD) == 0
    assert await coins(sql, here.school.student) == 10


async def test_what_a_person_gave_a_held_submission_is_paid_when_it_is_released(sql: Sql) -> None:
    here = await gated(sql)
    text = await graded(sql, here)
    edit = "select api.edit_submission($1, $2, $3, false, null, false, null, '{}', '{}', '{}')"
    await sql.execute(edit, here.school.teacher.token, text, 70)
    assert await coins(sql, here.school.student) == 0
    await sql.execute(RELEASE, here.school.teacher.token, here.school.task)
    assert await coins(sql, here.school.student) == 70
    ledger = "select score, coins, reason, actor from assay.coin_ledger"
    assert [tuple(r) for r in await sql.fetch(ledger)] == [(70, 70, "graded", "teacher")]
    audit = "select columns, actor from assay.audit where table_name = 'submissions' order by id desc limit 1"
    await sql.execute(edit, here.school.teacher.token, text, 60)
    assert await only(sql, audit) == (["score"], "teacher")
    assert await coins(sql, here.school.student) == 60
    assert await drift(sql) == []


async def test_a_regrade_of_a_held_submission_pays_nothing_and_a_deleted_student_leaves_nothing(sql: Sql) -> None:
    here = await gated(sql)
    text = await graded(sql, here)
    await row(sql, "pending_regrades", submission_id=text)
    await finish(sql, await take(sql, await worker(sql)), 80)
    assert await only(sql, "select score, released_at from assay.submissions") == (80, None)
    assert await sql.fetchval("select count(*) from assay.coin_ledger") == 0
    await sql.execute("select api.delete_student($1, $2)", here.school.teacher.token, here.school.student.id)
    assert await sql.fetchval("select count(*) from assay.submissions") == 0


async def test_promoting_a_model_that_agrees_with_people_releases_what_it_marked(sql: Sql) -> None:
    here = await gated(sql, 0, gate_min_cases=1)
    text = await graded(sql, here)
    here.cases.append(await brought(sql, here.school.task, None, submission_id=text))
    await tried(sql, here.cases[0], [None], [30], provider="anthropic", model="claude")
    await mark(sql, here, 0, 30)
    assert await sql.fetchval(HELD) == 1  # another model graded it
    promote = "select promoted from api.promote_tries($1, $2, 'anthropic', 'claude', 'v1', 'It agrees.')"
    assert await sql.fetchval(promote, here.school.teacher.token, here.school.task) == 1
    assert await sql.fetchval(HELD) == 0
    assert await coins(sql, here.school.student) == 30
    assert await drift(sql) == []


async def classmates(sql: Sql, here: Gated, count: int) -> list[Person]:
    """More students of the class, each with a held result of 50 coins."""
    made = [await student(sql) for _ in range(count)]
    await classroom(sql, here.school.teacher, *made, name="8b")
    for one in made:
        await graded(sql, here, one)
    return made


async def test_ten_releases_at_once_pay_each_once(sql: Sql, db: str) -> None:
    here = await gated(sql, 1)
    people = await classmates(sql, here, 8)
    assert await sql.fetchval(HELD) == 8
    async with connections(db, 10) as pool:
        said = await outcomes(
            one.execute(RELEASE, here.school.teacher.token, here.school.task)
            if n % 2
            else one.execute("update assay.assignments set autonomy = 'full' where id = $1", here.school.task)
            for n, one in enumerate(pool)
        )
    assert said["done"] >= 1
    assert set(said) <= {"done", "DeadlockDetectedError"}  # by hand nobody locks in order; the API does, and repeats
    assert await sql.fetchval(HELD) == 0
    assert [await coins(sql, one) for one in people] == [50] * 8
    assert await sql.fetchval("select count(*) from assay.coin_ledger") == 8
    assert await drift(sql) == []


async def test_of_two_who_mark_the_last_two_cases_at_once_the_second_releases(sql: Sql, db: str) -> None:
    here = await gated(sql, 3, gate_min_cases=3)
    await graded(sql, here)
    await mark(sql, here, 0)
    async with connections(db, 2) as (one, other):
        assert await outcomes([mark(one, here, 1), mark(other, here, 2)]) == {"done": 2}
    assert await coins(sql, here.school.student) == 50


async def test_what_is_graded_while_the_gate_opens_is_released_as_well(sql: Sql, db: str) -> None:
    here = await gated(sql, 2, gate_min_cases=2)
    await mark(sql, here, 0)
    await hand_in(sql, here.school.student, here.school.task)
    taken = await take(sql, await worker(sql))
    other = await asyncpg.connect(db)
    try:
        grading = other.transaction()
        await grading.start()
        await finish(other, taken)  # held, as it sees the figures
        opening = asyncio.create_task(mark(sql, here, 1))
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        async with asyncio.timeout(300):
            while not await other.fetchval(waits):
                await asyncio.sleep(0.01)
        assert await other.fetchval(HELD) == 1
        await grading.commit()
        await opening
    finally:
        await other.close()
    assert await sql.fetchval(HELD) == 0
    assert await coins(sql, here.school.student) == 50
    assert await drift(sql) == []
