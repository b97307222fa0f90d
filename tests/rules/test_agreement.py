"""Agreement: what the view says of markers is what scikit-learn says of the same numbers.

Its figures for 500 random sets were recorded by bench/peers/agreement.py; those of means of several people, which it
does not take, come from the definition of the kappa by its matrix.
"""

import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any
from uuid import UUID

import pytest

from tests.rules.cases import brought, colleague, trial, tried
from tests.rules.rows import Sql, row, soon

CLOSE = 1e-9
SETS = [json.loads(line) for line in Path(__file__).with_name("agreement.jsonl").read_text("utf-8").splitlines()]


def kappa(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Quadratic weighted kappa: 1 - observed / expected disagreement, from the matrix of pairs; None when nothing
    could have been expected to differ."""
    seen, rows, columns = Counter(pairs), Counter(a for a, _ in pairs), Counter(h for _, h in pairs)
    observed = sum(count * (a - h) ** 2 for (a, h), count in seen.items())
    expected = sum(n * m * (a - h) ** 2 for a, n in rows.items() for h, m in columns.items())
    return float(1 - observed * len(pairs) / expected) if expected else None


def figures(pairs: Sequence[tuple[int, Fraction]]) -> dict[str, float | None]:
    """What is to be said of a model's scores and the people's means."""
    apart = [abs(a - h) for a, h in pairs]
    return {
        "n": len(pairs),
        "exact": fmean(one == 0 for one in apart),
        "adjacent": fmean(one <= 1 for one in apart),
        "mae": float(sum(apart) / len(pairs)),
        "bias": float(sum(a - h for a, h in pairs) / len(pairs)),
        "rmse": math.sqrt(sum(one * one for one in apart) / len(pairs)),
        "qwk": kappa([(Fraction(a), h) for a, h in pairs]),
    }


def same(found: Any, expected: Mapping[str, float | None]) -> None:
    for name, value in expected.items():
        if value is None:
            assert found[name] is None, name
        else:
            assert found[name] == pytest.approx(value, rel=0, abs=CLOSE), name


async def test_five_hundred_random_sets_say_what_scikit_learn_says(sql: Sql) -> None:
    assert len(SETS) == 500
    tasks = await seeded(sql)
    found = {
        (one["assignment_id"], one["question_number"]): one
        for one in await sql.fetch("select * from reporting.agreement where model is not null")
    }
    assert len(found) == 2 * 500
    for task, recorded in zip(tasks, SETS, strict=True):
        expected = recorded["figures"] | {"cases": len(recorded["pairs"])}
        same(found[task, 1], expected)
        same(found[task, None], expected)
        same(recorded["figures"], figures([(a, Fraction(h)) for a, h in recorded["pairs"]]))  # the definition above
    undefined = [one for one in found.values() if one["qwk"] is None]
    assert {(one["exact"], one["mae"]) for one in undefined} == {(1, 0)}
    assert len(undefined) > 100


async def seeded(sql: Sql) -> list[UUID]:
    """One assignment with one criterion a set; a model and a person marked each case. Written without triggers."""
    here = await trial(sql, 5)
    ids: dict[str, list[Any]] = defaultdict(list)
    tasks: list[UUID] = []
    await sql.execute("set session_replication_role = replica")
    for one in SETS:
        most = one["max_score"]
        task: UUID = await sql.fetchval(
            "insert into assay.assignments (teacher_id, title, instructions, correction_template, max_score, deadline,"
            " reveal, published_at) values ($1, 'T', 'Write.', 'Look.', $2, now(), 'when_graded', now()) returning id",
            here.teacher.id, most,
        )  # fmt: skip
        tasks.append(task)
        question = (await row(sql, "questions", assignment_id=task, number=1, kind="criterion", title="A", prompt="Is.",
                              max_score=most, approved_at=soon()))["id"]  # fmt: skip
        for model, person in one["pairs"]:
            for name, value in (("task", task), ("question", question), ("model", model), ("person", person)):
                ids[name].append(value)
    await sql.execute(
        """
        with one as (
            select uuidv7() as case_id, uuidv7() as ai, uuidv7() as person, u.*
              from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[]) as u (task, question, model, by_person)
        ), cases as (
            insert into assay.cases (id, assignment_id, label, content) select case_id, task, 'C', 'Words.' from one
        ), tries as (
            insert into assay.tries (id, case_id, number, provider, model, teacher_id, blind, prompt_version,
                                     rubric_digest, finished_at)
            select ai, case_id, 1, 'openai', 'gpt-4o', null::uuid, null::boolean, 'v1', assay.rubric_digest(task), now()
              from one
             union all
            select person, case_id, 1, null, null, $5, true, null, assay.rubric_digest(task), now()
              from one
        )
        insert into assay.marks (try_id, question_id, score)
        select ai, question, model from one union all select person, question, by_person from one
        """,
        ids["task"], ids["question"], ids["model"], ids["person"], here.teacher.id,
    )  # fmt: skip
    await sql.execute("set session_replication_role = origin")
    await sql.execute("analyze")  # as autovacuum does after so many rows
    return tasks


ESSAYS, MODELS, TRIES, MOST = 12, 3, 3, 6


def trial_of_essays(seed: int) -> Iterator[tuple[int, tuple[int, int], dict[tuple[int, int], int]]]:
    """For each essay: its number, what two people gave, and what each model gave in each try."""
    lot = random.Random(seed)
    for essay in range(ESSAYS):
        worth = lot.randint(0, MOST)
        people = worth, max(0, min(MOST, worth + lot.choice([-1, 0, 0, 1])))
        given = {
            (model, number): max(0, min(MOST, worth + lot.randint(-model, model + 1)))
            for model in range(MODELS)
            for number in range(1, TRIES + 1)
        }
        yield essay, people, given


async def test_twelve_essays_three_models_three_tries_and_two_people_give_the_known_kappa(sql: Sql) -> None:
    here = await trial(sql, MOST)
    other = await colleague(sql)
    pairs: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
    spreads: dict[int, list[float]] = defaultdict(list)
    between: list[tuple[int, Fraction]] = []
    for _, people, given in trial_of_essays(7):
        case = await brought(sql, here.task)
        for who, score in zip((here.teacher.id, other), people, strict=True):
            await tried(sql, case, here.criteria, [score], teacher_id=who)
        between.append((people[0], Fraction(people[1])))
        for (model, number), score in given.items():
            await tried(sql, case, here.criteria, [score], number, model=f"model-{model}")
            pairs[model].append((score, Fraction(sum(people), 2)))
        for model in range(MODELS):
            spreads[model].append(pstdev([given[model, number] for number in range(1, TRIES + 1)]))
    for model in range(MODELS):
        expected = figures(pairs[model]) | {"cases": ESSAYS, "spread": fmean(spreads[model])}
        for one in await sql.fetch("select * from reporting.agreement where model = $1", f"model-{model}"):
            same(one, expected | {"n": ESSAYS * TRIES, "invalid_share": 0, "blind_n": ESSAYS * TRIES})
            assert not one["enough"]
    first = await sql.fetch("select * from reporting.agreement where teacher_id = $1", here.teacher.id)
    assert len(first) == 2
    for one in first:  # agreement between people is the same view
        same(one, figures(between) | {"spread": None})


async def test_a_third_of_a_coin_is_not_rounded_away(sql: Sql) -> None:
    here = await trial(sql, MOST)
    others = [here.teacher.id, await colleague(sql), await colleague(sql)]
    lot, pairs = random.Random(3), []
    for _ in range(9):
        case = await brought(sql, here.task)
        people = [lot.randint(0, MOST) for _ in others]
        for who, score in zip(others, people, strict=True):
            await tried(sql, case, here.criteria, [score], teacher_id=who)
        model = lot.randint(0, MOST)
        await tried(sql, case, here.criteria, [model])
        pairs.append((model, Fraction(sum(people), 3)))
    for one in await sql.fetch("select * from reporting.agreement where model is not null"):
        same(one, figures(pairs))


async def test_what_cannot_be_used_is_a_share_of_its_own_and_no_total(sql: Sql) -> None:
    here = await trial(sql, 5, 5)
    case = await brought(sql, here.task)
    await tried(sql, case, here.criteria, [3, 4], teacher_id=here.teacher.id)
    await tried(sql, case, here.criteria, [3, "missing"])
    await tried(sql, case, here.criteria, [2, 5], 2)
    found = {one["question_number"]: one for one in await sql.fetch("select * from reporting.agreement where n > 0")}
    same(found[1], {"n": 2, "cases": 1, "mae": 0.5, "bias": -0.5, "invalid_share": 0, "spread": 0.5})
    same(found[2], {"n": 1, "cases": 1, "mae": 1, "bias": 1, "invalid_share": 0.5, "spread": None})
    same(found[None], {"n": 1, "mae": 0, "exact": 1, "qwk": None, "invalid_share": 0.5})
    totals = await sql.fetch(
        "select number, total, human_total, difference, invalid from reporting.case_totals where model is not null"
        " order by number"
    )
    assert [tuple(one) for one in totals] == [(1, None, 7, None, True), (2, 7, 7, 0, False)]
    results = await sql.fetch(
        "select number, score, human_score, difference, error from reporting.case_results where model is not null"
        " order by number, question_number"
    )
    assert [tuple(one) for one in results] == [
        (1, 3, 3, 0, None), (1, None, 4, None, "missing"), (2, 2, 3, -1, None), (2, 5, 4, 1, None),
    ]  # fmt: skip


async def test_figures_are_of_one_prompt_and_one_rubric_and_only_those_of_today_are_current(sql: Sql) -> None:
    here = await trial(sql)
    case = await brought(sql, here.task)
    await tried(sql, case, [None], [70], teacher_id=here.teacher.id)
    await tried(sql, case, [None], [80], prompt_version="v1")
    await tried(sql, case, [None], [90], prompt_version="v2")
    figures = "select prompt_version, bias, is_current from reporting.agreement where model is not null order by 1"
    assert [tuple(one) for one in await sql.fetch(figures)] == [("v1", 10, False), ("v2", 20, False)]
    await row(sql, "prompts", call="grading", version="v2")
    assert [tuple(one) for one in await sql.fetch(figures)] == [("v1", 10, False), ("v2", 20, True)]
    await sql.execute("set session_replication_role = replica")
    await sql.execute("update assay.assignments set correction_template = 'Look elsewhere.'")
    await sql.execute("set session_replication_role = origin")
    assert [one["is_current"] for one in await sql.fetch(figures)] == [False, False]
    await tried(sql, case, [None], [60], teacher_id=await colleague(sql))
    assert [one["bias"] for one in await sql.fetch(figures)] == [10, 20]  # that person marked by another template


@pytest.mark.parametrize(("cases", "enough"), [(19, False), (20, True)])
async def test_figures_are_enough_from_so_many_cases_on(sql: Sql, cases: int, enough: bool) -> None:
    here = await trial(sql)
    for score in range(cases):
        case = await brought(sql, here.task)
        await tried(sql, case, [None], [score], teacher_id=here.teacher.id)
        await tried(sql, case, [None], [score])
        await tried(sql, case, [None], [score], 2)
    one = await sql.fetchrow("select n, cases, qwk, enough from reporting.agreement where model is not null")
    assert one is not None
    assert tuple(one) == (2 * cases, cases, 1, enough)
