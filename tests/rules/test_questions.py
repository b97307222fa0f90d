"""Questions: what an approved one has, and what freezes with its assignment. Drafts may be half-finished."""

from typing import Any
from uuid import UUID

import pytest

from tests.rules.quizzes import (
    CHOICE,
    CHOICES,
    GAPS,
    KINDS,
    MATCHING,
    NUMBER,
    OPEN,
    ORDERING,
    SHORT,
    Spec,
    chosen,
    keys,
    question,
    quiz,
    rubric,
    saved,
    unpublished,
)
from tests.rules.rows import (
    Sql,
    assignment,
    classroom,
    pending,
    refused,
    row,
    school,
    soon,
    student,
    submission,
    teacher,
)

LINES = [{"text": f"line {n}", "place": n} for n in range(1, 42)]
TWINS = [{"text": "Straße", "place": 1}, {"text": " STRASSE"}]
LEFTS = [{"text": "a", "pair": "1"}, {"text": "A", "pair": "2"}]
VALUES = [{"text": "3"}, {"text": "3,0"}]
SAME_GAP = [{"text": "x", "place": 1}, {"text": "X", "place": 1}]

# rule, kind, what is wrong with it
NOT_WHOLE: list[tuple[str, str, Spec]] = [
    ("one_right_option", "choice", {"options": chosen("a", "b", right=3)}),
    ("one_right_option", "choice", {"options": [{"text": "a", "place": 1}, {"text": "b", "place": 1}]}),
    ("one_right_option", "choice", {"options": [{"text": "a", "place": 1}]}),
    ("one_right_option", "choice", {"options": []}),
    ("some_right_option", "choices", {"options": [{"text": "a"}, {"text": "b"}]}),
    ("some_right_option", "choices", {"options": [{"text": "a", "place": 1}, {"text": "b", "place": 1}]}),
    ("pairs_missing", "matching", {"options": [{"text": "a", "pair": "1"}, {"pair": "2"}]}),
    ("pairs_missing", "matching", {"options": [{"text": "a", "pair": "1"}, {"text": "b"}]}),
    ("lines_missing", "ordering", {"options": [{"text": "a", "place": 1}, {"text": "b"}]}),
    ("accepted_missing", "short", {"options": []}),
    ("accepted_missing", "number", {"options": []}),
    ("number_unreadable", "number", {"options": [{"text": "about 3"}]}),
    ("gaps_do_not_match", "gaps", {"prompt": "{{1}} {{2}}", "options": [{"text": "a", "place": 1}]}),
    ("gaps_do_not_match", "gaps", {"prompt": "{{1}}", "options": GAPS["options"]}),
    ("gaps_do_not_match", "gaps", {"prompt": "{{2}}", "options": [{"text": "a", "place": 2}]}),
    ("gaps_do_not_match", "gaps", {"prompt": "none", "options": []}),
    ("gaps_do_not_match", "gaps", {"prompt": "{{1}} {{99999}}", "options": [{"text": "a", "place": 1}]}),
    ("gaps_do_not_match", "gaps", {"prompt": "{{01}}", "options": [{"text": "a", "place": 1}]}),
    ("levels_end_at_maximum", "open", {"options": [{"text": "a", "score": 0}, {"text": "b", "score": 3}]}),
    ("levels_end_at_maximum", "open", {"options": [{"text": "a", "score": 1}, {"text": "b", "score": 4}]}),
    ("levels_end_at_maximum", "open", {"options": [{"text": "a", "score": 4}]}),
    ("levels_end_at_maximum", "open", {"options": [{"text": "x", "score": s} for s in (0, 4, 4)]}),
    ("option_says_nothing", "choice", {"options": [{"text": " ", "place": 1}, {"text": "b"}]}),
    ("option_says_nothing", "open", {"options": [{"text": " ", "score": 0}, {"text": "b", "score": 4}]}),
    ("options_alike", "choice", {"options": TWINS}),
    ("options_alike", "choices", {"options": TWINS}),
    ("options_alike", "matching", {"options": LEFTS}),
    ("options_alike", "short", {"options": [{"text": "x"}, {"text": "X"}]}),
    ("options_alike", "number", {"options": VALUES}),
    ("options_alike", "gaps", {"prompt": "{{1}}", "options": SAME_GAP}),
    ("key_does_not_score", "short", {"options": [{"text": "x", "score": 3}]}),
    ("key_does_not_score", "number", {"options": [{"text": "1", "score": 5}]}),
    ("options_at_most", "choice", {"options": chosen(*(f"o{n}" for n in range(21)))}),
    ("options_at_most", "ordering", {"options": LINES}),
]  # fmt: skip
GOOD = {"choice": CHOICE, "choices": CHOICES, "matching": MATCHING, "ordering": ORDERING, "gaps": GAPS, "short": SHORT,
        "number": NUMBER, "open": OPEN}  # fmt: skip


async def task_of(sql: Sql) -> UUID:
    return await unpublished(sql, await teacher(sql))


@pytest.mark.parametrize(("rule", "kind", "wrong"), NOT_WHOLE)
async def test_an_approved_question_that_breaks_a_rule_is_refused_by_its_name(
    sql: Sql, rule: str, kind: str, wrong: Spec
) -> None:
    task = await task_of(sql)
    with refused(by=rule):
        await question(sql, task, GOOD[kind] | wrong)
    half_finished = await question(sql, task, GOOD[kind] | wrong, approved_at=None)
    with refused(by=rule):
        await sql.execute("update assay.questions set approved_at = now() where id = $1", half_finished)


@pytest.mark.parametrize("spec", [*KINDS, OPEN], ids=lambda spec: spec["kind"])
async def test_a_question_of_each_kind_is_approved(sql: Sql, spec: Spec) -> None:
    made = await question(sql, await task_of(sql), spec)
    assert await sql.fetchval("select approved_at is not null from assay.questions where id = $1", made)


WHOLE: list[tuple[str, Spec]] = [
    ("rights may repeat", MATCHING | {"options": [{"text": t, "pair": "same"} for t in "abc"]}),
    ("gaps may share a word", GAPS | {"options": [{"text": "x", "place": 1}, {"text": "x", "place": 2}]}),
    ("lines may be alike", ORDERING | {"options": [{"text": "}", "place": 1}, {"text": "}", "place": 2}]}),
    ("equal places may swap", ORDERING | {"options": [{"text": t, "place": 1} for t in "abc"]}),
    ("a value may have two tolerances", NUMBER | {"options": [{"text": "3"}, {"text": "3", "tolerance": 1}]}),
    ("forty lines", ORDERING | {"options": LINES[:40]}),
    ("twenty options", CHOICE | {"options": chosen(*(f"o{n}" for n in range(20)))}),
    ("levels", OPEN | {"options": [{"text": "none", "score": 0}, {"text": "all", "score": 4}]}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "spec"), WHOLE)
async def test_what_is_allowed_is_not_refused(sql: Sql, what: str, spec: Spec) -> None:
    assert await question(sql, await task_of(sql), spec), what


async def test_an_option_that_is_taken_away_or_changed_is_judged_too(sql: Sql) -> None:
    made = await question(sql, await task_of(sql), CHOICE)
    with refused(by="one_right_option"):
        await sql.execute("delete from assay.options where question_id = $1 and number = 1", made)
    with refused(by="options_alike"):
        await sql.execute("update assay.options set text = 'YES' where question_id = $1 and number = 2", made)
    with refused(by="one_right_option"):
        await sql.execute("update assay.questions set kind = 'choice' where id = $1;", await more(sql, made, CHOICES))
    with refused(by="levels_end_at_maximum"):
        await sql.execute("update assay.questions set kind = 'open', guide = 'x' where id = $1", made)


async def more(sql: Sql, first: UUID, spec: Spec) -> UUID:
    """The second question of the same assignment."""
    task = await sql.fetchval("select assignment_id from assay.questions where id = $1", first)
    return await question(sql, task, spec, 2)


async def test_keys_are_random_and_distinct(sql: Sql) -> None:
    task = await task_of(sql)
    seen = [await keys(sql, await question(sql, task, ORDERING | {"options": LINES[:40]}, n)) for n in (1, 2)]
    assert [len(set(one.values())) for one in seen] == [40, 40]
    assert seen[0] != seen[1]
    assert min(seen[0].values()) >= 1000
    with refused(by="option_key_taken"):
        made = await question(sql, task, CHOICE, 3)
        await sql.execute("update assay.options set key = 7 where question_id = $1", made)


async def test_questions_are_numbered_without_gaps(sql: Sql) -> None:
    task = await task_of(sql)
    with refused(by="question_numbers_in_order"):
        await question(sql, task, CHOICE, 2)
    first, second = [await question(sql, task, CHOICE, n) for n in (1, 2)]
    with refused(by="question_number_taken"):
        await question(sql, task, CHOICE, 2)
    with refused(by="question_numbers_in_order"):
        await sql.execute("delete from assay.questions where id = $1", first)
    await sql.execute("update assay.questions set number = 3 - number where assignment_id = $1", task)
    await sql.execute("delete from assay.questions where id = $1", first)
    other = await task_of(sql)
    with refused(by="question_numbers_in_order"):
        await sql.execute("update assay.questions set number = 3, assignment_id = $2 where id = $1", second, other)


FILL = """
    insert into assay.questions (assignment_id, number, kind, prompt, max_score, guide)
    select $1, n, $2, 'What?', 1, 'x' from generate_series(1, $3) n"""


async def test_an_assignment_has_at_most_a_hundred_questions_and_thirty_for_an_ai(sql: Sql) -> None:
    task, other = await task_of(sql), await task_of(sql)
    with refused(by="too_many_questions"):
        await sql.execute(FILL, task, "short", 101)
    with refused(by="too_many_open_questions"):
        await sql.execute(FILL, other, "open", 31)
    await sql.execute(FILL, task, "short", 100)
    await sql.execute(FILL, other, "open", 30)


async def test_kinds_fit_what_an_assignment_takes(sql: Sql) -> None:
    owner = await teacher(sql)
    answers, text = await unpublished(sql, owner), await assignment(sql, owner, published_at=None)
    with refused(by="kind_fits_assignment"):
        await question(sql, answers, {"kind": "criterion", "max_score": 4})
    with refused(by="kind_fits_assignment"):
        await question(sql, text, CHOICE)
    made = await question(sql, answers, CHOICE)
    with refused(by="kind_fits_assignment"):
        await sql.execute("update assay.questions set kind = 'criterion' where id = $1", made)


async def test_criteria_add_up_to_the_maximum_at_every_commit(sql: Sql) -> None:
    task = await rubric(sql)
    with refused(by="criteria_add_up"):
        await question(sql, task, {"kind": "criterion", "max_score": 1}, 3)
    with refused(by="criteria_add_up"):
        await sql.execute("update assay.questions set max_score = 89 where assignment_id = $1 and number = 1", task)
    with refused(by="criteria_add_up"):
        await sql.execute("update assay.assignments set max_score = 99 where id = $1", task)
    with refused(by="criteria_add_up"):
        await sql.execute("delete from assay.questions where assignment_id = $1 and number = 2", task)
    with refused(by="criteria_add_up"):
        await sql.execute("update assay.questions set approved_at = null where assignment_id = $1 and number = 2", task)
    await sql.execute("delete from assay.questions where assignment_id = $1", task)


TEMPLATE = """1. Thesis (90): Has one.
2. Style (10): Is clear.
   10: good
   5: fair
   0: weak"""


async def test_a_rubric_is_written_out_as_a_template(sql: Sql) -> None:
    assert await sql.fetchval("select assay.template_of_rubric($1)", await rubric(sql)) == TEMPLATE
    assert await sql.fetchval("select assay.template_of_rubric($1)", (await school(sql)).task) is None


async def test_the_maximum_of_a_quiz_is_what_its_approved_questions_are_worth(sql: Sql) -> None:
    task = await task_of(sql)

    async def maximum() -> Any:
        return await sql.fetchval("select max_score from assay.assignments where id = $1", task)

    assert await maximum() == 0
    made = [await question(sql, task, CHOICE, n) for n in (1, 2)]
    assert await maximum() == 8
    await question(sql, task, CHOICE, 3, approved_at=None)
    assert await maximum() == 8
    await sql.execute("update assay.questions set max_score = 10 where id = $1", made[0])
    assert await maximum() == 14
    await sql.execute("update assay.assignments set max_score = 99 where id = $1", task)
    assert await maximum() == 14
    await sql.execute("delete from assay.questions where assignment_id = $1 and number > 1", task)
    assert await maximum() == 10


async def test_a_quiz_is_published_with_something_to_answer(sql: Sql) -> None:
    owner = await teacher(sql)
    with refused(by="nothing_to_publish"):
        await unpublished(sql, owner, published_at=soon())
    task = await unpublished(sql, owner)
    made = await question(sql, task, CHOICE, approved_at=None)
    publish = "update assay.assignments set published_at = now() where id = $1"
    with refused(by="nothing_to_publish"):
        await sql.execute(publish, task)
    await sql.execute("update assay.questions set approved_at = now() where id = $1", made)
    await sql.execute(publish, task)
    with refused(by="nothing_to_publish"):
        await sql.execute("delete from assay.questions where id = $1", made)


async def test_what_students_have_begun_is_not_withdrawn(sql: Sql) -> None:
    withdraw = "update assay.assignments set published_at = null where id = $1"
    here = await quiz(sql, CHOICE)
    await sql.execute(withdraw, here.task)
    await sql.execute("update assay.assignments set published_at = now() where id = $1", here.task)
    await saved(sql, here.student, here.questions[0])
    with refused(by="published_is_final"):
        await sql.execute(withdraw, here.task)
    text = await school(sql)
    await submission(sql, text.student, text.task)
    with refused(by="published_is_final"):
        await sql.execute(withdraw, text.task)
    other = await assignment(sql, text.teacher)
    await pending(sql, text.student, other)
    with refused(by="published_is_final"):
        await sql.execute(withdraw, other)


async def test_what_an_assignment_takes_never_changes(sql: Sql) -> None:
    here = await school(sql)
    with refused(by="takes_is_final"):
        await sql.execute("update assay.assignments set takes = 'answers' where id = $1", here.task)


async def test_an_assignment_that_is_not_published_is_seen_by_its_teacher_alone(sql: Sql) -> None:
    here = await school(sql)
    count = "select count(*) from assay.visible_assignments($1, null, 10)"
    one = "select id from api.read_my_assignment($1, $2)"
    assert await sql.fetchval(one, here.student.token, here.task) == here.task
    assert await sql.fetchval(count, here.student.id) == 1
    await sql.execute("update assay.assignments set published_at = null where id = $1", here.task)
    assert await sql.fetchval(count, here.student.id) == 0
    with refused(by="not_found"):
        await sql.fetchval(one, here.student.token, here.task)
    with refused(by="not_found"):
        await submission(sql, here.student, here.task)


async def test_results_are_revealed_as_an_assignment_says_or_as_its_kind_does(sql: Sql) -> None:
    owner = await teacher(sql)
    reveal = "select reveal from assay.assignments where id = $1"
    assert await sql.fetchval(reveal, await assignment(sql, owner)) == "when_graded"
    assert await sql.fetchval(reveal, await unpublished(sql, owner)) == "after_deadline"
    assert await sql.fetchval(reveal, await unpublished(sql, owner, reveal="at_once", attempts=3)) == "at_once"


async def test_general_instructions_are_those_of_the_class_when_the_assignment_is_made(sql: Sql) -> None:
    owner, author = await teacher(sql), await student(sql)
    group = await classroom(sql, owner, author)
    read = "select general_instructions from assay.assignments where id = $1"
    none = await assignment(sql, owner, class_id=group)
    await sql.execute("update assay.classes set instructions = 'Be kind.' where id = $1", group)
    kind = await assignment(sql, owner, class_id=group)
    for_all = await assignment(sql, owner)
    await sql.execute("update assay.classes set instructions = 'Be strict.' where id = $1", group)
    assert [await sql.fetchval(read, task) for task in (none, kind, for_all)] == [None, "Be kind.", None]


SETTINGS = {"general_instructions": "'x'", "reveal": "'after_deadline'", "encourage": "true", "collect": "false",
            "language": "'de'"}  # fmt: skip


async def test_what_decides_a_result_is_frozen_with_its_assignment(sql: Sql) -> None:
    here = await school(sql)
    for column, value in SETTINGS.items():
        await sql.execute(f"update assay.assignments set {column} = {value} where id = $1", here.task)
    frozen = await assignment(sql, here.teacher)
    await submission(sql, here.student, frozen)
    for column, value in SETTINGS.items():
        with refused(by="assignment_locked"):
            await sql.execute(f"update assay.assignments set {column} = {value} where id = $1", frozen)
    await sql.execute("update assay.assignments set released_at = now() where id = $1", frozen)


QUESTION_CHANGES = ["number = 2", "kind = 'choices'", "prompt = 'x'", "max_score = 5", "partial = false", "guide = 'x'",
                    "title = 'x'", "solution = 'x'", "explanation = 'x'", "approved_at = null"]  # fmt: skip


async def test_questions_and_options_are_frozen_from_the_first_submission_on(sql: Sql) -> None:
    here = await quiz(sql, CHOICE)
    one = here.questions[0]
    await pending(sql, here.student, here.task)
    for change in QUESTION_CHANGES:
        with refused(by="assignment_locked"):
            await sql.execute(f"update assay.questions set {change} where id = $1", one)
    with refused(by="assignment_locked"):
        await question(sql, here.task, CHOICE, 2)
    with refused(by="assignment_locked"):
        await sql.execute("delete from assay.questions where id = $1", one)
    with refused(by="assignment_locked"):
        await sql.execute("update assay.options set place = 1 where question_id = $1", one)
    with refused(by="assignment_locked"):
        await sql.execute("delete from assay.options where question_id = $1 and number = 3", one)
    with refused(by="assignment_locked"):
        await row(sql, "options", question_id=one, number=4, text="x")
