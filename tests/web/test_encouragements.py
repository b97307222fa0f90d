"""A word to students about work that the database marked, through HTTP."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.rules.quizzes import CHOICE, SHORT
from tests.rules.rows import Sql
from tests.web.conftest import Assay
from tests.web.quizzes import login, seated
from tests.web.rubrics import hand_in, rubric


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


@pytest.mark.parametrize(("language", "word"), [("en", "excellent"), ("svenska", "utmärkt"), ("de", "ausgezeichnet")])
async def test_who_hands_in_a_quiz_is_encouraged_in_its_language(
    assay: Assay, sql: Sql, language: str, word: str
) -> None:
    keep = "delete from assay.encouragements where band = 4 and number > 1"
    await sql.execute(keep)
    taker = await seated(assay, sql, CHOICE, reveal="when_graded", encourage=True, language=language)
    made = (await taker.ask("POST", "/submission", 201, json={"answers": {"1": taker.keys[1][1]}}))["submission"]
    assert word in made["comment"].casefold()
    assert made["outcome"]["comment"] == made["comment"] == (await taker.ask("GET", "/submission"))["comment"]
    assert assay.asked == []


async def test_the_encouragement_comes_with_the_results_and_not_before(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, SHORT, reveal="after_deadline", encourage=True)
    made = (await taker.ask("POST", "/submission", 201, json={"answers": {"2": "binary"}}))["submission"]
    told = await sql.fetchval("select comment from assay.submissions")
    assert (made["comment"], (await taker.ask("GET", ""))["submission"]["comment"]) == (None, None)
    teacher, path = await login(sql, taker.quiz.teacher, "teacher"), f"/teacher/submissions/{made['id']}"
    assert (await assay.ask("GET", path, teacher))["comment"] == told
    assert told
    await taker.close()
    assert (await taker.ask("GET", "/submission"))["comment"] == told
    await assay.ask("PATCH", path, teacher, json={"comment": "See me."})
    await assay.ask("PATCH", path, teacher, json={"score": 8})
    assert (await taker.ask("GET", "/submission"))["comment"] == "See me."


async def test_without_encouragement_nothing_is_said_whoever_marks(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, reveal="when_graded")
    made = (await taker.ask("POST", "/submission", 201, json={"answers": {"1": taker.keys[1][1]}}))["submission"]
    assert (made["comment"], made["outcome"]["comment"]) == (None, None)
    text = (await hand_in(assay, await rubric(assay)))["submission"]
    assert (text["comment"], text["outcome"]["comment"]) == (None, None)
