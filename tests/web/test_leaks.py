"""What decides a score is in no byte that a student gets before it is revealed to them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from app.dev.simulator.marking import COMMENT, REASON
from tests.rules.quizzes import CHOICE, CHOICES, GAPS, KINDS, MATCHING, NUMBER, OPEN, ORDERING, SHORT, Spec
from tests.rules.rows import Sql
from tests.web.conftest import Assay
from tests.web.overheard import NO_JOB, Request, overheard, reads
from tests.web.quizzes import QuizTaker, login, right_answers, seated

KEPT = ("GUIDE", "SOLUTION", "EXPLANATION", "FEEDBACK")
SECRETS = (*KEPT, "ACCEPTED")
FIELDS = (b'"place"', b'"pair"', b'"right"', b'"indent"', b'"tolerance"', b'"accepted"', b'"levels"')
REVEALS = ("at_once", "when_graded", "after_deadline")


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


def secretive(spec: Spec) -> Spec:
    """The same question with a word to look for in everything that is to be kept."""
    options = [{**option, "feedback": "FEEDBACK"} for option in spec.get("options", [])]
    if spec["kind"] in ("short", "gaps"):
        options.append({"text": "ACCEPTED", **({"place": 1} if spec["kind"] == "gaps" else {"score": 1})})
    kept = {"guide": "GUIDE", "solution": "SOLUTION", "explanation": "EXPLANATION"}
    return {**spec, **kept, **({"options": options} if options else {})}


def everything(taker: QuizTaker, job: str = NO_JOB, *again: tuple[int, Any]) -> list[Request]:
    """All that a student can ask about a quiz, errors included; answers that fit are saved again, as they are."""
    key = next(iter(taker.keys[1].values()), 1)
    forms: list[Any] = [32_000, {"32000": "x"}, ["a", "b", "c", "d"], True]  # that fit nothing
    forms += [[key, key], {str(key): "not offered"}, [[key, 0], [key, 0]]]
    asked: list[tuple[str, str, Any]] = [
        *(("PUT", "/answers/1", {"answer": form}) for form in forms),
        *(("PUT", f"/answers/{number}", {"answer": [32_000]}) for number in range(2, len(taker.quiz.questions) + 2)),
        *(("PUT", f"/answers/{number}", {"answer": answer}) for number, answer in again),
        *(("POST", f"/answers/{number}/check", None) for number in (98, 99)),
        ("POST", "/submission", {"answers": {"1": ["a", "b", "c", "d"]}}),
        ("POST", "/submission", {"answers": {"99": "x"}}),
        ("POST", "/submission", {"content": "x"}),
    ]
    own = [("GET", path, None) for path in (f"/teacher/assignments/{taker.quiz.task}/questions",
                                            f"/teacher/questions/{taker.quiz.questions[0]}")]  # fmt: skip
    return [
        *reads(taker.quiz.task, job),
        *((verb, taker.path + path, {}, sent) for verb, path, sent in asked),
        *((verb, path, {}, sent) for verb, path, sent in own),
    ]


def words(secrets: tuple[str, ...], told: list[bytes]) -> list[str]:
    """Those that were told."""
    return [word for word in secrets if any(word.encode() in answer for answer in told)]


@pytest.mark.parametrize("reveal", REVEALS)
async def test_nothing_of_the_key_is_in_any_answer_before_it_is_revealed(assay: Assay, sql: Sql, reveal: str) -> None:
    taker = await seated(assay, sql, *map(secretive, (*KINDS, OPEN)), reveal=reveal)
    answers = right_answers(taker.keys)
    for number, answer in answers.items():
        await taker.save(number, answer)
    told = await overheard(assay, taker.token, everything(taker, NO_JOB, *answers.items()))
    assert words(SECRETS, told) == []
    assert [field for field in FIELDS if any(field in answer for answer in told)] == []
    assert {one["result"] for one in await taker.questions()} == {None}
    await taker.ask("POST", "/submission", 201)
    after = await overheard(assay, taker.token, everything(taker))
    if reveal == "after_deadline":
        assert words(SECRETS, after) == []
        assert [field for field in FIELDS if any(field in answer for answer in after)] == []
        await taker.close()
        after = await overheard(assay, taker.token, everything(taker))
    assert words(SECRETS, after) == list(KEPT)


@pytest.mark.parametrize("reveal", REVEALS)
async def test_an_open_question_tells_nothing_while_it_is_marked_nor_before_the_reveal(
    assay: Assay, sql: Sql, reveal: str
) -> None:
    levels = [{"text": "LEVEL-LOW", "score": 0}, {"text": "LEVEL-HIGH", "score": 4}]
    spec = {**secretive(OPEN), "options": levels}
    taker = await seated(assay, sql, spec, secretive(SHORT), reveal=reveal, encourage=True)
    teacher = await login(sql, taker.quiz.teacher, "teacher")
    await assay.ask("PUT", "/teacher/api-keys/anthropic", teacher, json={"key": "sk-sim-0123456789abcdef"})
    await taker.save(1, "Because it is rare and does not rust. [[sim:delay=1.5]]")
    secret = (*SECRETS, "LEVEL-LOW", "LEVEL-HIGH", REASON, COMMENT)
    begun = await taker.ask("POST", "/submission", 202, headers={"Prefer": "respond-async"})
    job = begun["job"]["id"]
    watched = asyncio.create_task(overheard(assay, taker.token, everything(taker, job)))
    told = await overheard(assay, taker.token, [one for one in everything(taker) if one[0] != "GET"])
    assert words(secret, told) == []
    told = await watched
    if reveal == "after_deadline":
        assert words(secret, told) == []
    await assay.ask("GET", f"/student/jobs/{job}", taker.token, headers={"Prefer": "wait=60"})
    told = await overheard(assay, taker.token, everything(taker, job))
    if reveal == "after_deadline":
        assert words(secret, told) == []
        assert {one["result"] for one in await taker.questions()} == {None}
        await taker.close()
        told = await overheard(assay, taker.token, everything(taker, job))
    assert words(secret, told) == ["GUIDE", "SOLUTION", "EXPLANATION", REASON, COMMENT]


async def test_a_wrong_attempt_is_told_the_feedback_of_what_it_picked_and_nothing_else(assay: Assay, sql: Sql) -> None:
    spec = secretive(CHOICE)
    spec["options"] = [{**option, "feedback": f"FEEDBACK-{n}"} for n, option in enumerate(spec["options"], 1)]
    taker = await seated(assay, sql, spec, secretive(SHORT), reveal="at_once", attempts=3)
    await taker.save(1, taker.keys[1][2])
    check: list[Any] = [("POST", f"{taker.path}/answers/1/check", {}, None)]
    told = await overheard(assay, taker.token, [*check, *everything(taker)])
    assert words(("FEEDBACK-1", "FEEDBACK-2", "FEEDBACK-3", *KEPT[:3]), told) == ["FEEDBACK-2"]
    await taker.save(1, taker.keys[1][1])
    told = await overheard(assay, taker.token, check)
    assert words(("FEEDBACK-1", "FEEDBACK-2", "FEEDBACK-3", *KEPT[:3]), told) == ["FEEDBACK-1", "GUIDE", "EXPLANATION"]


# Another key for each kind, with as many options, gaps and rights; and what a student answers.
ANOTHER_KEY: list[tuple[Spec, str, Any]] = [
    (CHOICE, "place = case o.number when 2 then 1 end", 1),
    (CHOICES, "place = case when o.number > 1 then 1 end", [1]),
    (MATCHING, "pair = case o.number when 1 then 'B' when 2 then 'C' else 'A' end", {"1": "A"}),
    (ORDERING, "place = case o.number when 1 then 2 when 2 then 1 end, indent = 3 - o.indent", [[1, 0], [2, 1]]),
    (GAPS, "text = reverse(o.text)", ["variable", "x"]),
    (SHORT, "text = reverse(o.text), score = 4 - o.score", "binary"),
    (NUMBER, "text = '2.71', tolerance = 0.5", "3.14"),
    (OPEN, "text = null", None),
]
CHANGE_ALL = """
    update assay.questions
       set guide = 'Another guide.', solution = 'Another.', explanation = 'Otherwise.', partial = false
     where id = $1"""


def by_key(answer: Any, keys: dict[int, int]) -> Any:
    """An answer with the keys of the author's numbers."""
    match answer:
        case int():
            return keys[answer]
        case [[_, _], *_]:
            return [[keys[n], indent] for n, indent in answer]
        case [int(), *_]:
            return [keys[n] for n in answer]
        case {}:
            return {str(keys[int(n)]): right for n, right in answer.items()}
    return answer


async def with_another_key(sql: Sql, taker: QuizTaker, change: str) -> None:
    """All that the first question keeps becomes something else, whatever was handed in."""
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        await sql.execute(CHANGE_ALL, taker.quiz.questions[0])
        anew = f"update assay.options o set {change}, feedback = 'Otherwise.' where o.question_id = $1"
        await sql.execute(anew, taker.quiz.questions[0])


@pytest.mark.parametrize("reveal", REVEALS)
@pytest.mark.parametrize(("spec", "change", "answer"), ANOTHER_KEY, ids=[spec["kind"] for spec, _, _ in ANOTHER_KEY])
async def test_no_byte_depends_on_the_key_before_it_is_revealed(
    assay: Assay, sql: Sql, spec: Spec, change: str, answer: Any, reveal: str
) -> None:
    taker = await seated(assay, sql, secretive(spec), SHORT, reveal=reveal)
    sent = by_key(answer, taker.keys[1])
    await taker.save(1, sent)
    await taker.save(2, "binary")
    asked = everything(taker, NO_JOB, (1, sent), (2, "binary"))
    told = await overheard(assay, taker.token, asked)
    assert any(b'"attempt"' in one for one in told), "something was saved"
    await with_another_key(sql, taker, change)
    assert await overheard(assay, taker.token, asked) == told


@pytest.mark.parametrize(("spec", "change", "answer"), ANOTHER_KEY, ids=[spec["kind"] for spec, _, _ in ANOTHER_KEY])
async def test_what_was_handed_in_tells_nothing_but_the_total_before_the_deadline(
    assay: Assay, sql: Sql, spec: Spec, change: str, answer: Any
) -> None:
    taker = await seated(assay, sql, secretive(spec), SHORT, reveal="after_deadline", encourage=True)
    sent = {"answers": {"1": by_key(answer, taker.keys[1]), "2": "binary"}}
    made = (await taker.ask("POST", "/submission", 201, json=sent))["submission"]
    assert (made["outcome"], made["comment"]) == (None, None)
    told = await overheard(assay, taker.token, everything(taker))
    await with_another_key(sql, taker, change)
    # Each question now earned what it pleased, and the total what it was.
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        await sql.execute("update assay.answers set score = 4 - score, reason = 'Otherwise.', evidence = '{[0,2)}'")
        await sql.execute("update assay.submissions set comment = 'Otherwise.'")
    assert await overheard(assay, taker.token, everything(taker)) == told
