"""What decides a score is in no byte that a student gets before it is revealed to them."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest

from tests.rules.quizzes import KINDS, OPEN
from tests.rules.rows import Sql
from tests.web.conftest import Assay
from tests.web.quizzes import Desk, right_answers, seated

SECRETS = ("GUIDE", "SOLUTION", "EXPLANATION", "FEEDBACK", "ACCEPTED")


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


def secretive(spec: dict[str, Any]) -> dict[str, Any]:
    """The same question with a word to look for in everything that is to be kept."""
    options = [{**option, "feedback": "FEEDBACK"} for option in spec.get("options", [])]
    if spec["kind"] in ("short", "gaps"):
        options.append({"text": "ACCEPTED", **({"place": 1} if spec["kind"] == "gaps" else {"score": 1})})
    kept = {"guide": "GUIDE", "solution": "SOLUTION", "explanation": "EXPLANATION"}
    return {**spec, **kept, **({"options": options} if options else {})}


async def heard(desk: Desk) -> bytes:
    """Headers and bodies of everything that a student can ask about a quiz, errors too."""
    wrong = ("/answers/1", {"answer": ["x"]}), ("/answers/99", {"answer": 1}), ("/answers/4", {"answer": [[1, 2]]})
    asked: list[tuple[str, str, Any]] = [
        *((verb, path, None) for verb in ("GET", "HEAD") for path in ("", "/questions", "/submission")),
        *(("PUT", path, body) for path, body in wrong),
        *(("POST", f"/answers/{number}/check", None) for number in (8, 99)),
        ("POST", "/submission", {"answers": {"6": ["a", "b"]}}),
    ]  # fmt: skip
    parts = []
    base, headers = desk.assay.client.base_url, {"Authorization": f"Bearer {desk.token}"}
    async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=60, trust_env=False) as client:
        for verb, path, body in asked:
            answer = await client.request(verb, desk.path + path, **({} if body is None else {"json": body}))
            parts.append(repr(answer.headers.multi_items()).encode() + answer.content)
    return b"\n".join(parts)


@pytest.mark.parametrize("reveal", ["at_once", "when_graded", "after_deadline"])
async def test_nothing_of_the_key_is_in_any_answer_before_it_is_revealed(assay: Assay, sql: Sql, reveal: str) -> None:
    desk = await seated(assay, sql, *map(secretive, (*KINDS, OPEN)), reveal=reveal)
    for number, answer in right_answers(desk.keys).items():
        await desk.save(number, answer)
    said = await heard(desk)
    assert [word for word in SECRETS if word.encode() in said] == []
    assert {one["result"] for one in await desk.questions()} == {None}
    assert b'"place"' not in said
    assert b'"pair"' not in said
    assert b'"right"' not in said
    await desk.ask("POST", "/submission", 201)
    after = await heard(desk)
    revealed = [word for word in SECRETS if word.encode() in after]
    if reveal == "after_deadline":
        assert revealed == []
        await desk.close()
        after = await heard(desk)
        revealed = [word for word in SECRETS if word.encode() in after]
    assert revealed == ["GUIDE", "SOLUTION", "EXPLANATION", "FEEDBACK"]
