"""Questions as students see them, and answers that are saved, through HTTP."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.rules.quizzes import CHOICE, CHOICES, GAPS, KINDS, OPEN, ORDERING, SHORT
from tests.rules.rows import Sql
from tests.web.conftest import Assay
from tests.web.quizzes import right_answers, seated


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


async def test_questions_show_what_is_asked_and_nothing_of_the_key(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, *KINDS, OPEN)
    found = await taker.questions()
    assert [one["kind"] for one in found] == [spec["kind"] for spec in (*KINDS, OPEN)]
    fields = {"number", "kind", "title", "prompt", "max_score", "options", "rights", "gaps", "answer", "attempts_left"}
    assert all(one.keys() == fields | {"result"} and one["result"] is None for one in found)
    assert {option["text"] for option in found[0]["options"]} == {"yes", "no", "maybe"}
    assert all(option.keys() == {"key", "text"} for one in found for option in one["options"])
    assert {option["text"] for option in found[2]["options"]} == {"one", "two"}
    assert sorted(found[2]["rights"]) == ["A", "B", "C"]
    assert [one["gaps"] for one in found if one["kind"] == "gaps"] == [2]
    assert [one["options"] for one in found if one["kind"] in ("gaps", "short", "number", "open")] == [[]] * 4


async def test_each_student_sees_the_options_in_an_order_of_their_own(assay: Assay, sql: Sql) -> None:
    many = {**CHOICE, "options": [{"text": str(n), "place": 1 if n == 0 else None} for n in range(12)]}
    taker = await seated(assay, sql, many)
    other = await taker.classmate()
    mine, theirs = [[o["key"] for o in (await one.questions())[0]["options"]] for one in (taker, other)]
    assert mine != theirs
    assert sorted(mine) == sorted(theirs)
    assert [o["key"] for o in (await taker.questions())[0]["options"]] == mine


async def test_every_kind_of_answer_is_saved_and_shown_as_it_was_sent(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, *KINDS, OPEN)
    sent = {**right_answers(taker.keys), 8: "Because."}
    for number, answer in sent.items():
        saved = await taker.save(number, answer)
        assert (saved["number"], saved["answer"], saved["attempt"]) == (number, answer, 1)
    assert {one["number"]: one["answer"] for one in await taker.questions()} == sent
    assert (await taker.save(1, None))["answer"] is None
    assert (await taker.questions())[0]["answer"] is None


async def test_lines_without_indents_are_a_list_of_keys(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, ORDERING)
    keys = [taker.keys[1][2], taker.keys[1][1]]
    assert (await taker.save(1, keys))["answer"] == keys


@pytest.mark.parametrize("answer", [True, 1.5, -1, 40_000, [1, "a"], [[1]], [[1, 2, 3]], {"a": "b"}, {"1": 2}, "a\0b"])
async def test_what_no_question_takes_is_refused_at_its_field(assay: Assay, sql: Sql, answer: object) -> None:
    taker = await seated(assay, sql, CHOICE)
    details = await taker.refused("validation_failed", "PUT", "/answers/1", json={"answer": answer})
    assert [one["field"] for one in details["errors"]] == ["answer"]


async def test_an_answer_of_another_form_is_refused_and_what_was_saved_stays(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICES, GAPS)
    first = taker.keys[1][1]
    await taker.save(1, [first])
    for number, answer in ((1, [first, first]), (1, 1), (1, "yes"), (2, ["one"]), (2, first)):
        details = await taker.refused("answer_fits_question", "PUT", f"/answers/{number}", json={"answer": answer})
        assert details.keys() <= {"kind", "problem", "gaps"}
    assert [one["answer"] for one in await taker.questions()] == [[first], None]


async def test_a_question_that_there_is_not_is_not_found(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, SHORT)
    for number in ("99", "0", "x", "1000"):
        await taker.refused("not_found", "PUT", f"/answers/{number}", json={"answer": "binary"})
    stranger = await seated(assay, sql, SHORT)
    for verb, path in (("GET", "/questions"), ("PUT", "/answers/1")):
        body = {"json": {"answer": "binary"}} if verb == "PUT" else {}
        await assay.refused("not_found", verb, taker.path + path, stranger.token, **body)


async def test_an_answer_that_is_too_large_gets_413(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, OPEN)
    await taker.save(1, "å" * 10_000)
    await taker.refused("body_too_large", "PUT", "/answers/1", json={"answer": "å" * 10_001})
    assert (await taker.questions())[0]["answer"] == "å" * 10_000


async def test_nothing_is_saved_after_the_deadline(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, SHORT)
    await taker.save(1, "binary")
    await taker.close()
    await taker.refused("deadline_passed", "PUT", "/answers/1", json={"answer": "decimal"})
    assert (await taker.questions())[0]["answer"] == "binary"
