"""Fifty people correct one submission at once, by HTTP and in psql: its score adds up at every moment."""

import asyncio
import random
from collections import Counter
from typing import Any

import asyncpg

from tests.rules.concurrent import TRY_AGAIN, connections
from tests.rules.rows import Sql, drift, rule_of
from tests.web.conftest import Assay
from tests.web.rubrics import ESSAY, hand_in, rubric

ROUNDS = 3


def adds_up(outcome: dict[str, Any]) -> bool:
    return bool(outcome["score"] == sum(item["score"] for item in outcome["items"]) + outcome["adjustment"])


def correction(dice: random.Random) -> dict[str, Any]:
    """A total, a criterion, or both in one request."""
    answers = {str(dice.randint(1, 2)): {"score": dice.randint(0, 6)}, "3": {"score": dice.choice((0, 2, 4))}}
    total = {"score": dice.randint(4, 16)}
    return dice.choice(({"answers": answers}, total, {**total, "answers": answers}))


async def test_fifty_editors_over_http_and_by_hand_leave_a_score_that_adds_up(assay: Assay) -> None:
    here = await rubric(assay)
    text = f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]]"
    submission = (await hand_in(assay, here, text))["submission"]["id"]
    path = f"/teacher/submissions/{submission}"
    said: Counter[str] = Counter()

    async def over_http(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(ROUNDS):
            headers = {"Authorization": f"Bearer {here.teacher}"}
            change = correction(dice)
            answer = await assay.client.patch(path, headers=headers, json=change)
            while answer.status_code == 503:  # too many waited on a slow machine: nothing was done, ask again
                answer = await assay.client.patch(path, headers=headers, json=change)
            if answer.status_code == 200:
                assert adds_up(answer.json()["outcome"])
                said["edited"] += 1
            else:
                assert answer.json()["error"]["code"] == "score_in_range", answer.text
                said["refused"] += 1
            seen = await assay.ask("GET", here.path + "/submission", here.student)
            assert adds_up(seen["outcome"])
            assert seen["outcome"]["score"] == seen["score"]

    async def by_hand(sql: Sql, seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(ROUNDS):
            try:
                if dice.random() < 0.5:
                    await sql.fetchval("select operator.set_score($1, $2, 'a test')", submission, dice.randint(4, 16))
                else:
                    await sql.execute(
                        "update assay.answers x set score = $2 from assay.questions q"
                        " where q.id = x.question_id and q.number = 2 and x.submission_id = $1",
                        submission, dice.randint(0, 6),
                    )  # fmt: skip
                said["by hand"] += 1
            except TRY_AGAIN:  # an answer is locked before its submission here, as nowhere in assay: nothing was done
                said["deadlocked by hand"] += 1
            except asyncpg.PostgresError as no:
                if rule_of(no) != "score_in_range":
                    raise
                said["refused by hand"] += 1

    async with connections(assay.url, 25) as pool:
        await asyncio.gather(*map(over_http, range(25)), *(by_hand(sql, n) for n, sql in enumerate(pool, 25)))
        (sql, *_) = pool
        row = await sql.fetchrow(
            "select s.score, sum(x.score) + s.adjustment from assay.submissions s"
            " join assay.answers x on x.submission_id = s.id group by s.id"
        )
        assert row is not None
        score, adjusted = row
        paid = await sql.fetchval("select total_gold_coins from assay.students where name = 'Anna'")
        moves = await sql.fetchval("select sum(coins) from reporting.score_history")
        assert score == adjusted == paid
        assert moves == paid
        assert await drift(sql) == []
    assert said["edited"] + said["refused"] == 25 * ROUNDS
    assert said["edited"] > ROUNDS * 10, said
    assert said["by hand"] > ROUNDS * 5, said
