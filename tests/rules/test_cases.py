"""Cases, tries and marks: each rule by its name, for those who insert and those who update by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.rules.cases import MODEL, brought, colleague, trial, tried
from tests.rules.concurrent import connections, outcomes
from tests.rules.quizzes import OPEN, SHORT, quiz
from tests.rules.rows import Sql, assignment, only, refused, row, school

NOW = datetime.now(UTC)
ANSWERED: Mapping[str, Any] = {**MODEL, "number": 1, "prompt_version": "v1", "finished_at": NOW}


async def the_only(sql: Sql, table: str, columns: str = "id") -> Any:
    return (await only(sql, f"select {columns} from assay.{table}"))[0]


async def test_a_case_is_of_one_thing_and_a_submission_is_a_case_once(sql: Sql) -> None:
    here = await trial(sql, 5)
    with refused(by="case_of_one"):
        await brought(sql, here.task, submission_id=here.submission)
    case = await brought(sql, here.task, None, submission_id=here.submission)
    with refused(by="case_known_already"):
        await brought(sql, here.task, None, submission_id=here.submission)
    other = await brought(sql, here.task, None)
    with refused(by="case_known_already"):
        await sql.execute("update assay.cases set submission_id = $2 where id = $1", other, here.submission)
    with refused(by="case_of_one"):
        await sql.execute("update assay.cases set content = 'Words.' where id = $1", case)
    with refused(by="drawn_of_submissions"):
        await sql.execute("update assay.cases set is_drawn = true where id = $1", other)


async def test_a_case_is_about_a_submission_to_its_own_assignment(sql: Sql) -> None:
    here = await trial(sql, 5)
    foreign = (await trial(sql, 5)).submission
    with refused(by="case_of_assignment"):
        await brought(sql, here.task, None, submission_id=foreign)
    case = await brought(sql, here.task, None)
    with refused(by="case_of_assignment"):
        await sql.execute("update assay.cases set submission_id = $2 where id = $1", case, foreign)


async def test_cases_need_something_that_an_ai_can_mark(sql: Sql) -> None:
    machines = await quiz(sql, SHORT)
    with refused(by="case_needs_ai_kinds"):
        await brought(sql, machines.task)
    mixed = await quiz(sql, SHORT, OPEN)
    case = await brought(sql, mixed.task)
    await brought(sql, (await school(sql)).task)
    with refused(by="case_needs_ai_kinds"):
        await sql.execute("update assay.cases set assignment_id = $2 where id = $1", case, machines.task)


@pytest.mark.parametrize("by", ["a model", "a person"])
async def test_the_work_of_a_case_is_final_once_it_has_a_try(sql: Sql, by: str) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task, "One text.")
    await sql.execute("update assay.cases set content = 'Another text.' where id = $1", case)
    by_whom: Any = {} if by == "a model" else {"teacher_id": here.teacher.id}
    await tried(sql, case, here.criteria, [3], **by_whom)
    with refused(by="case_is_final"):
        await sql.execute("update assay.cases set content = 'A third text.' where id = $1", case)
    with refused(by="case_is_final"):
        await sql.execute(
            "update assay.cases set content = null, submission_id = $2 where id = $1", case, here.submission
        )
    await sql.execute("update assay.cases set label = 'Another name' where id = $1", case)


async def test_an_empty_case_is_not_tried(sql: Sql) -> None:
    here = await trial(sql, 5)
    empty = await brought(sql, here.task, None)
    full = await brought(sql, here.task)
    with refused(by="case_is_empty"):
        await row(sql, "tries", case_id=empty, **ANSWERED)
    made = (await row(sql, "tries", case_id=full, **ANSWERED))["id"]
    with refused(by="case_is_empty"):
        await sql.execute("update assay.tries set case_id = $2 where id = $1", made, empty)


async def test_an_assignment_has_two_hundred_cases_and_no_more(sql: Sql, db: str) -> None:
    here = await trial(sql, 5)
    add = "insert into assay.cases (assignment_id, label, content) select $1, 'C', 'Words.' from generate_series(1, $2)"
    await sql.execute(add, here.task, 190)
    with refused(by="cases_at_most"):
        await sql.execute(add, here.task, 11)
    async with connections(db, 20) as pool:
        said = await outcomes(one.execute(add, here.task, 1) for one in pool)
    assert said == {"done": 10, "cases_at_most": 10}
    other = await brought(sql, (await trial(sql, 5)).task)
    with refused(by="cases_at_most"):
        await sql.execute("update assay.cases set assignment_id = $2 where id = $1", other, here.task)


async def test_of_twenty_who_make_a_case_of_one_submission_one_does(sql: Sql, db: str) -> None:
    here = await trial(sql, 5)
    add = "insert into assay.cases (assignment_id, label, submission_id) values ($1, 'C', $2)"
    async with connections(db, 20) as pool:
        said = await outcomes(one.execute(add, here.task, here.submission) for one in pool)
    assert said == {"done": 1, "case_known_already": 19}


# rule, table, what is wrong.
BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("tried_by_one", "tries", {"teacher_id": "teacher"}),
    ("tried_by_one", "tries", {"provider": None, "model": None}),
    ("tried_by_one", "tries", {"provider": None}),
    ("provider_known", "tries", {"provider": "other"}),
    ("try_number_positive", "tries", {"number": 0}),
    ("people_see_or_do_not", "tries", {"blind": True}),
    ("failed_try_is_over", "tries", {"finished_at": None, "error_code": "ai_unavailable"}),
    ("tried_once", "tries", {"number": 1}),
    ("mark_or_error", "marks", {"error": "missing"}),
    ("mark_or_error", "marks", {"score": None}),
    ("mark_error_known", "marks", {"score": None, "error": "ugly"}),
    ("mark_reason_not_huge", "marks", {"reason": "x" * 1_001}),
    ("mark_in_range", "marks", {"score": 6}),
    ("mark_in_range", "marks", {"score": -1}),
    ("evidence_in_words", "marks", {"evidence": "{[0,13)}"}),
    ("evidence_in_words", "marks", {"evidence": "{[-1,3)}"}),
    ("evidence_in_words", "marks", {"evidence": "{[2,)}"}),
]


@pytest.mark.parametrize(("rule", "table", "wrong"), BROKEN, ids=range(len(BROKEN)))
async def test_a_try_or_mark_that_breaks_a_rule_is_refused_by_its_name(
    sql: Sql, rule: str, table: str, wrong: dict[str, Any]
) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task)
    first = (await row(sql, "tries", case_id=case, **ANSWERED))["id"]
    good: dict[str, Any] = {"case_id": case, **ANSWERED, "number": 2}
    if table == "marks":
        good = {"try_id": first, "question_id": here.criteria[0], "score": 3}
    bad = {name: here.teacher.id if value == "teacher" else value for name, value in wrong.items()}
    with refused(by=rule):
        await plain_row(sql, table, good | bad)
    await plain_row(sql, table, good)
    changes = ", ".join(f"{name} = {place(name, n)}" for n, name in enumerate(bad, 1))
    last = "number = 2" if table == "tries" else "score = 3"
    with refused(by=rule):
        await sql.execute(f"update assay.{table} set {changes} where {last}", *bad.values())


async def plain_row(sql: Sql, table: str, values: dict[str, Any]) -> None:
    """As `row`, for a table with a multirange, which asyncpg cannot read."""
    places = ", ".join(place(name, n) for n, name in enumerate(values, 1))
    await sql.execute(f"insert into assay.{table} ({', '.join(values)}) values ({places})", *values.values())


def place(name: str, number: int) -> str:
    """The parameter of a column."""
    return f"${number}::text::int4multirange" if name == "evidence" else f"${number}"


async def test_the_same_number_is_another_try_with_another_prompt(sql: Sql) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task)
    await tried(sql, case, here.criteria, [3])
    await tried(sql, case, here.criteria, [3], prompt_version="v2")
    with refused(by="tried_once"):
        await tried(sql, case, here.criteria, [4], prompt_version="v2")
    await tried(sql, case, here.criteria, [4], teacher_id=here.teacher.id)
    with refused(by="tried_once"):
        await tried(sql, case, here.criteria, [4], teacher_id=here.teacher.id)


async def test_of_twenty_who_make_the_same_try_one_does(sql: Sql, db: str) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task)
    add = "insert into assay.tries (case_id, number, provider, model) values ($1, 1, 'openai', 'gpt-4o')"
    async with connections(db, 20) as pool:
        said = await outcomes(one.execute(add, case) for one in pool)
    assert said == {"done": 1, "tried_once": 19}
    assert await the_only(sql, "jobs", "count(*)") == 1


async def test_a_try_marks_each_question_of_its_own_case_once(sql: Sql) -> None:
    here, whole = await trial(sql, 5), await trial(sql)
    foreign = (await trial(sql, 5)).criteria[0]
    made = await tried(sql, await brought(sql, here.task), here.criteria, [3])
    of_whole = await tried(sql, await brought(sql, whole.task), [None], [70])
    for asked, of in ((here.criteria[0], made), (None, of_whole)):
        with refused(by="marked_once"):
            await row(sql, "marks", try_id=of, question_id=asked, score=3)
    for asked, of in ((None, made), (foreign, made), (foreign, of_whole)):
        with refused(by="mark_of_case"):
            await row(sql, "marks", try_id=of, question_id=asked, score=3)
    with refused(by="mark_of_case"):
        await sql.execute("update assay.marks set question_id = $2 where try_id = $1", made, foreign)
    with refused(by="mark_in_range"):
        await sql.execute("update assay.marks set score = 101 where try_id = $1", of_whole)


async def test_a_mark_is_one_of_the_levels(sql: Sql) -> None:
    here = await trial(sql, 10, levels=True)
    case = await brought(sql, here.task)
    with refused(by="score_is_a_level"):
        await tried(sql, case, here.criteria, [4])
    made = await tried(sql, case, here.criteria, [5])
    with refused(by="score_is_a_level"):
        await sql.execute("update assay.marks set score = 4 where try_id = $1", made)


async def test_a_person_marks_every_question(sql: Sql) -> None:
    here = await trial(sql, 5, 5)
    case = await brought(sql, here.task)
    mine: Any = {"teacher_id": here.teacher.id}
    with refused(by="marks_missing"):
        await tried(sql, case, here.criteria[:1], [3], **mine)
    with refused(by="marks_missing"):
        await tried(sql, case, here.criteria, [3, "missing"], **mine)
    with refused(by="marks_missing"):
        await row(sql, "tries", case_id=await brought(sql, (await trial(sql)).task), number=1, **mine)
    made = await tried(sql, case, here.criteria, [3, 4], **mine)
    with refused(by="marks_missing"):
        await sql.execute("delete from assay.marks where try_id = $1 and question_id = $2", made, here.criteria[0])
    with refused(by="marks_missing"):
        await sql.execute("update assay.marks set score = null, error = 'missing' where try_id = $1", made)
    await tried(sql, case, here.criteria[:1], [3])  # a model may


async def test_another_rubric_takes_the_marks_and_leaves_the_cases(sql: Sql) -> None:
    owner = (await trial(sql, 5)).teacher
    task = await assignment(sql, owner)
    async with sql.transaction():
        await sql.execute("update assay.assignments set max_score = 5 where id = $1", task)
        first: UUID = (await row(sql, "questions", assignment_id=task, number=1, kind="criterion", title="A",
                                 prompt="Is.", max_score=5, approved_at=NOW))["id"]  # fmt: skip
    case = await brought(sql, task)
    await tried(sql, case, [first], [3], teacher_id=owner.id)
    before = await sql.fetchval("select assay.rubric_digest($1)", task)
    async with sql.transaction():
        await sql.execute("delete from assay.questions where id = $1", first)
        await row(sql, "questions", assignment_id=task, number=1, kind="criterion", title="B", prompt="Is.",
                  max_score=5, approved_at=NOW)  # fmt: skip
    assert await sql.fetchval("select assay.rubric_digest($1)", task) != before
    assert await the_only(sql, "marks", "count(*)") == 0
    assert await the_only(sql, "tries", "count(*)") == 1
    assert await sql.fetchval("select n from reporting.agreement where assignment_id = $1", task) is None


@pytest.mark.parametrize(
    ("drawn", "seen", "blind"), [(True, True, True), (False, False, False), (None, False, True), (None, True, False)]
)
async def test_the_database_says_whether_a_person_marked_blind(
    sql: Sql, drawn: bool | None, seen: bool, blind: bool
) -> None:
    here = await trial(sql, 5)
    work: Any = {} if drawn is None else {"content": None, "submission_id": here.submission, "is_drawn": drawn}
    case = await brought(sql, here.task, **work)
    await row(sql, "tries", case_id=case, number=1, **MODEL)  # one that has not finished shows nothing
    if seen:
        await tried(sql, case, here.criteria, [3], 2)
    async with sql.transaction():
        made = (await row(sql, "tries", case_id=case, number=1, teacher_id=here.teacher.id, blind=not blind))["id"]
        await row(sql, "marks", try_id=made, question_id=here.criteria[0], score=4)
    assert await sql.fetchval("select blind from assay.tries where id = $1", made) is blind
    await sql.execute("update assay.tries set blind = true, finished_at = now() where id = $1", made)
    assert await sql.fetchval("select blind from assay.tries where id = $1", made) is (drawn is None and not seen)


async def test_a_case_goes_with_its_student_and_takes_its_tries_marks_and_jobs_along(sql: Sql) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task, None, submission_id=here.submission)
    stays = await brought(sql, here.task)
    await tried(sql, case, here.criteria, [3])
    await row(sql, "tries", case_id=case, number=2, **MODEL)
    kept = (await row(sql, "tries", case_id=stays, number=1, **MODEL))["id"]
    assert await the_only(sql, "jobs", "count(*)") == 2
    await sql.execute("select assay.erase_student($1)", here.student.id)
    assert await the_only(sql, "cases") == stays
    assert await the_only(sql, "tries") == kept
    assert await the_only(sql, "jobs") == kept
    assert await the_only(sql, "marks", "count(*)") == 0


async def test_no_try_is_locked_by_whoever_erases_a_student_while_its_job_is_written(sql: Sql, db: str) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task, None, submission_id=here.submission)
    job = (await row(sql, "tries", case_id=case, number=1, **MODEL))["id"]
    async with connections(db, 1) as (worker,):
        written = worker.transaction()
        await written.start()
        await worker.execute("select from assay.jobs where id = $1 for update", job)
        await sql.execute("select assay.erase_student($1)", here.student.id)
        await written.commit()
    assert await the_only(sql, "tries", "count(*)") == 0
    assert await the_only(sql, "jobs") == job


@pytest.mark.parametrize("code", ["ai_unavailable", "api_key_missing", "model_unknown", "rubric_changed"])
async def test_a_try_says_why_its_job_failed_and_keeps_nothing_else_of_it(sql: Sql, code: str) -> None:
    here = await trial(sql, 5)
    job = (await row(sql, "tries", case_id=await brought(sql, here.task), number=1, **MODEL))["id"]
    kind, teacher, student_id, subject = await only(
        sql, "select kind, teacher_id, student_id, subject_id from assay.jobs"
    )
    assert (kind, teacher, student_id, subject) == ("try_case", here.teacher.id, None, here.task)
    await sql.execute("select assay.fail_job($1, $2, 'outage')", job, code)
    assert await only(sql, "select error_code, finished_at is not null from assay.tries") == (code, True)


async def test_cases_and_tries_are_audited_by_who_and_which(sql: Sql) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task)
    made = await tried(sql, case, here.criteria, [3], teacher_id=here.teacher.id)
    await sql.execute("update assay.cases set label = 'B' where id = $1", case)
    entries = await sql.fetch(
        "select table_name, row_key, action, columns from assay.audit"
        " where table_name in ('cases', 'tries') order by id"
    )
    assert [tuple(one) for one in entries] == [
        ("cases", str(case), "inserted", None),
        ("tries", str(made), "inserted", None),
        ("cases", str(case), "changed", ["label"]),
    ]


async def test_no_case_try_or_mark_moves_a_coin(sql: Sql) -> None:
    here = await trial(sql, 5)
    ledger = "select count(*), md5(string_agg(l::text, '|' order by l.id)) from assay.coin_ledger l"
    before = await only(sql, ledger)
    case = await brought(sql, here.task, None, submission_id=here.submission)
    await tried(sql, case, here.criteria, [3])
    await tried(sql, case, here.criteria, [4], teacher_id=here.teacher.id)
    await tried(sql, case, here.criteria, [5], teacher_id=await colleague(sql))
    await sql.execute("delete from assay.cases where id = $1", case)
    assert await only(sql, ledger) == before
    assert await sql.fetch("select * from reporting.coin_drift") == []


ADD_TRIES = "select api.add_tries($1, null, $2, $3, $4, $5)"


async def test_only_models_that_may_be_asked_try_and_so_often_and_no_more(sql: Sql) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task)
    with refused(by="model_unknown"):
        await sql.execute(ADD_TRIES, here.teacher.token, case, ["openai"], ["gpt-0"], 1)
    with refused(by="tries_at_most"):
        await sql.execute(ADD_TRIES, here.teacher.token, case, ["openai"], ["gpt-4o"], 11)
    assert await sql.fetchval(ADD_TRIES, here.teacher.token, case, ["openai"], ["gpt-4o"], 10) == 10


async def test_of_twenty_requests_at_once_as_many_tries_are_taken_as_there_may_be(sql: Sql, db: str) -> None:
    here = await trial(sql, 5)
    case = await brought(sql, here.task)
    async with connections(db, 20) as pool:
        ask = (one.execute(ADD_TRIES, here.teacher.token, case, ["openai"], ["gpt-4o"], 1) for one in pool)
        assert await outcomes(ask) == {"done": 10, "tries_at_most": 10}
    numbers = await sql.fetch("select number from assay.tries order by 1")
    assert [one["number"] for one in numbers] == list(range(1, 11))
