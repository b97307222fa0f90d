"""Marks of criteria, as the database takes them: quotes are looked at again, and what people edit adds up."""

import asyncio
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.rules.quizzes import graded_by_rubric, rubric
from tests.rules.rows import Person, Sql, coins, digest, drift, hand_in, refused, row, soon, take, worker

TEXT = (
    "Bees  carry\u00a0pollen. \U0001f41d \u201cWho\u2019d have thought?\u201d The \ufb01nest cafe\u0301 \u2013 said he."
)
ALIKE = [
    ("Bees  carry\u00a0pollen", "bees carry pollen"),
    ("carry\npollen", "carry pollen"),
    ("\u201cWho\u2019d have thought?\u201d", '"Who\'d have thought?"'),
    ("The \ufb01nest", "the finest"),
    ("cafe\u0301", "caf\u00e9"),
    ("he \u2013 or she", "he - or she"),
    ("\uff22\uff45\uff45\uff53", "Bees"),
    ("STRASSE", "stra\u00dfe"),
    ("so\u00adlar po\u200bwer", "solar power"),
    ("\U0001f41d buzzes", "\U0001f41d buzzes"),
]
DIFFERENT = [("carry pollen", "carry pollens"), ("a cafe", "a caf\u00e9"), ("bees carry", "bees, carry"), ("", "bees")]
FINISH = "select worker.finish_markings($1, $2, $3, $4, '{anthropic}', '{m}', '{v1}', array['[]'::json])"


@pytest.mark.parametrize(("stretch", "quote"), ALIKE, ids=range(len(ALIKE)))
async def test_a_stretch_reads_as_its_quote_whatever_it_is_typed_with(sql: Sql, stretch: str, quote: str) -> None:
    assert await sql.fetchval("select assay.reads_as($1, $2)", stretch, quote)


@pytest.mark.parametrize(("stretch", "quote"), DIFFERENT, ids=range(len(DIFFERENT)))
async def test_other_words_do_not_read_as_a_quote(sql: Sql, stretch: str, quote: str) -> None:
    assert not await sql.fetchval("select assay.reads_as($1, $2)", stretch, quote)


async def person(sql: Sql, role: str) -> Person:
    """The one teacher or student there is, with a session."""
    token = digest(role)
    known: UUID = await sql.fetchval(f"select id from assay.{role}s")
    await row(sql, "sessions", digest=token, expires_at=soon(days=1), **{f"{role}_id": known})
    return Person(known, token)


async def test_a_quote_counts_only_where_it_stands(sql: Sql) -> None:
    task = await rubric(sql)
    job = await hand_in(sql, await person(sql, "student"), task, TEXT)
    assert await sql.fetchval("select kind from assay.jobs where id = $1", job) == "grade_questions"
    attempt = (await take(sql, await worker(sql)))[job]
    good = {"starts_at": 0, "ends_at": 18, "words": "bees carry pollen"}
    marks = [
        {"number": 1, "score": 60, "reason": "Right.", "quotes_unfound": 1,
         "quotes": [good, {**good, "starts_at": 1}, {**good, "ends_at": 4000, "words": "x"}]},
        {"number": 2, "score": 5, "reason": "Fair.", "quotes_unfound": 0, "quotes": []},
    ]  # fmt: skip
    assert await sql.fetchval(FINISH, [job], [attempt], [json.dumps(marks)], [None]) == job
    found = await sql.fetch(
        "select x.score, x.evidence::text, x.quotes_unfound from assay.answers x join assay.questions q"
        " on q.id = x.question_id order by q.number"
    )
    assert [tuple(one) for one in found] == [(60, "{[0,18)}", 3), (5, None, 0)]
    assert await sql.fetchval("select score from assay.submissions") == 65
    assert await sql.fetchval(FINISH, [job], [attempt], [json.dumps(marks)], [None]) is None
    assert await drift(sql) == []


async def test_a_regrade_of_a_total_that_a_person_set_meanwhile_fails(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 40, 5)
    owner = await person(sql, "teacher")
    job = (await row(sql, "pending_regrades", submission_id=here.submission))["job_id"]
    attempt = (await take(sql, await worker(sql)))[job]
    await edit(sql, owner, here.submission, score=70)
    marks = json.dumps([{"number": 1, "score": 9, "reason": "r", "quotes": [], "quotes_unfound": 0}])
    again = "select worker.finish_remarkings($1, $2, $3, $4, '{openai}', '{m}', '{v2}')"
    assert await sql.fetchval(again, [job], [attempt], [marks], [None]) == job
    assert await sql.fetchval("select error_code from assay.finished_jobs where id = $1", job) == "score_of_teacher"
    assert await sql.fetchval("select score from assay.submissions") == 70


async def edit(sql: Sql, owner: Person, submission: UUID, score: int | None = None, **answers: int) -> None:
    """A teacher's correction, through the API function: `_1=4` is the score of the first criterion."""
    numbers, scores = [int(name[1:]) for name in answers], [*answers.values()]
    await sql.execute(
        "select api.edit_submission($1, $2, $3, false, null, false, null, $4, $5, $6)",
        owner.token, submission, score, numbers, scores, [None] * len(numbers),
    )  # fmt: skip


async def test_fifty_corrections_at_once_add_up(sql: Sql, db: str) -> None:
    here = await graded_by_rubric(sql, 40, 5)
    owner = await person(sql, "teacher")
    changes: list[dict[str, Any]] = [
        *({"_1": n} for n in range(20, 45)),
        *({"_2": n} for n in (0, 5, 10) * 5),
        *({"score": n, "_1": 30} for n in range(40, 50)),
    ]
    pool = await asyncpg.create_pool(db, min_size=10, max_size=10)

    async def one(change: dict[str, Any]) -> None:
        async with pool.acquire() as connection:
            await edit(connection, owner, here.submission, **change)  # type: ignore[arg-type]

    await asyncio.gather(*map(one, changes))
    await pool.close()
    assert len(changes) == 50
    total = await sql.fetchval("select score from assay.submissions")
    sums = (
        "select sum(x.score) + min(s.adjustment) from assay.answers x join assay.submissions s on s.id = submission_id"
    )
    assert total == await sql.fetchval(sums)
    assert total == await coins(sql, here.student)
    assert await sql.fetchval("select count(*) from assay.coin_ledger where reason = 'edited'") == 50
    assert await drift(sql) == []


async def test_the_template_of_a_rubric_is_replaced_with_its_rubric_only(sql: Sql) -> None:
    task = await rubric(sql)
    owner = await person(sql, "teacher")
    with refused(by="template_follows_rubric"):
        await sql.execute("select api.replace_template($1, $2, 'Half: bees.', '{}')", owner.token, task)
