"""What an answer earns: a table of questions, answers and scores, and what must hold for all of them."""

import itertools
import json
import random
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.rules.quizzes import KINDS, keys, question, unpublished
from tests.rules.rows import Sql, teacher

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "marking.jsonl").read_text("utf-8").splitlines()
]
MARK = "select assay.mark(q, $2, $3, $4) from assay.questions q where q.id = $1"
OWN_KEY = "select q.max_score, assay.mark(q, k.picked, k.indents, k.texts), assay.mark(q, null, null, null), "
OWN_KEY += "assay.mark(q, '{}', '{}', '{}'), assay.mark(q, null, null, '{\"\",\" \"}')"
OWN_KEY += " from assay.questions q, assay.key_of(q) k where q.id = $1"


def spec_of(text: str) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(text)
    return spec


async def asked(sql: Sql, seed: int | None = None) -> dict[str, tuple[Any, dict[int, int]]]:
    """Every question of the table, and the keys of its options by number; with a seed, its options are shuffled."""
    owner = await teacher(sql)
    task = await unpublished(sql, owner)
    made: dict[str, tuple[Any, dict[int, int]]] = {}
    for text in dict.fromkeys(json.dumps(r["question"]) for r in ROWS):
        spec = spec_of(text)
        options = list(enumerate(spec["options"], 1))
        if seed is not None:
            random.Random(seed).shuffle(options)
        spec["options"] = [option for _, option in options]
        new = await question(sql, task, spec, len(made) + 1)
        by_number = await keys(sql, new)
        made[text] = new, {old: by_number[n] for n, (old, _) in enumerate(options, 1)}
    return made


async def scores(sql: Sql, made: dict[str, tuple[Any, dict[int, int]]]) -> list[int]:
    """What each answer of the table earns."""
    found = []
    for r in ROWS:
        number, by_number = made[json.dumps(r["question"])]
        picked = r["answer"].get("picked")
        picked = None if picked is None else [by_number[n] for n in picked]
        found.append(await sql.fetchval(MARK, number, picked, r["answer"].get("indents"), r["answer"].get("texts")))
    return found


async def test_every_answer_of_the_table_earns_what_it_says(sql: Sql) -> None:
    assert len(ROWS) >= 300
    assert {r["question"]["kind"] for r in ROWS} == {spec["kind"] for spec in KINDS}
    found = await scores(sql, await asked(sql))
    wrong = [(r, got) for r, got in zip(ROWS, found, strict=True) if got != r["score"]]
    assert wrong == []


async def test_the_order_in_which_an_author_writes_options_changes_no_score(sql: Sql) -> None:
    found = await scores(sql, await asked(sql, seed=7))
    assert found == [r["score"] for r in ROWS]


async def test_a_key_earns_the_maximum_and_a_blank_nothing(sql: Sql) -> None:
    for number, _ in (await asked(sql)).values():
        found = await sql.fetchrow(OWN_KEY, number)
        assert found is not None
        maximum, own, nothing, empty, blanks = found
        assert (own, nothing, empty, blanks) == (maximum, 0, 0, 0)


async def test_one_more_right_pick_never_earns_less(sql: Sql) -> None:
    owner = await teacher(sql)
    task = await unpublished(sql, owner)
    options = [{"text": f"o{n}", "place": 1 if n <= 4 else None} for n in range(1, 8)]
    number = await question(sql, task, {"kind": "choices", "max_score": 13, "options": options})
    by_number = await keys(sql, number)
    earned = {}
    for size in range(8):
        for picked in itertools.combinations(range(1, 8), size):
            earned[frozenset(picked)] = await sql.fetchval(MARK, number, [by_number[n] for n in picked], None, None)
    less = [
        (set(picked), more)
        for picked, score in earned.items()
        for more in range(1, 5)
        if more not in picked and earned[picked | {more}] < score
    ]
    assert less == []
    assert [picked for picked, score in earned.items() if score == 13] == [frozenset({1, 2, 3, 4})]


def longest(places: tuple[int, ...]) -> int:
    """The longest non-decreasing subsequence, by trying all."""
    return max(
        size
        for size in range(len(places) + 1)
        for run in itertools.combinations(places, size)
        if list(run) == sorted(run)
    )


async def test_the_longest_run_is_what_trying_all_finds(sql: Sql) -> None:
    dice = random.Random(4)
    lists = [places for n in range(6) for places in itertools.product(range(1, 4), repeat=n)]
    lists += list(itertools.permutations(range(1, 6)))
    lists += [tuple(dice.randint(1, 8) for _ in range(n)) for n in (6, 7, 8) for _ in range(150)]
    found = [await sql.fetchval("select assay.longest_run($1)", list(places)) for places in lists]
    assert found == [longest(places) for places in lists]
    assert await sql.fetchval("select assay.longest_run('{5,1,6,2,3,4}')") == 4


async def test_a_void_question_earns_its_maximum_whatever_was_answered(sql: Sql) -> None:
    task = await unpublished(sql, await teacher(sql))
    number = await question(sql, task, KINDS[0])
    await sql.execute("update assay.questions set voided_at = now() where id = $1", number)
    assert await sql.fetchval(MARK, number, [], None, None) == 4


async def test_an_open_question_is_not_marked_by_the_database(sql: Sql) -> None:
    task = await unpublished(sql, await teacher(sql))
    number = await question(sql, task, {"kind": "open", "max_score": 4, "guide": "Says why."})
    assert await sql.fetchval(MARK, number, None, None, ["Because."]) is None


async def test_a_digit_of_any_script_is_a_digit(sql: Sql) -> None:
    digits = [chr(c) for c in range(sys.maxunicode) if unicodedata.category(chr(c)) == "Nd"]
    found = await sql.fetch("select d, assay.read_number('1' || d || '.5') from unnest($1::text[]) d", digits)
    assert [d for d, number in found if number != 10 + unicodedata.digit(d) + 0.5] == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("ﬁ", "fi", True), ("Ǆ", "dž", True), ("ſ", "s", True), ("a\u200bb", "ab", False), ("a  b", "a b", True)],
)
async def test_words_are_compared_without_regard_to_their_form(sql: Sql, one: str, other: str, alike: bool) -> None:
    assert await sql.fetchval("select assay.plain($1) = assay.plain($2)", one, other) is alike


MARKS = """
select chr(n) from generate_series(1, 1114111) n
 where n not between 55296 and 57343
   and (n = 837 or left(normalize(U&'\\0345' || chr(n), nfkd), 1) <> U&'\\0345')
"""  # U+0345 comes last of all marks: whatever is put in front of it is one, or becomes one


async def test_no_more_than_thirty_marks_of_a_letter_are_normalized(sql: Sql) -> None:
    marks = "".join(r["chr"] for r in await sql.fetch(MARKS))
    assert len(marks) > 900
    kept = await sql.fetchval("select assay.limit_marks($1)", "a" + marks + "b" + marks[:30])
    assert (len(kept), kept[-31:]) == (1 + 30 + 31, "b" + marks[:30])


@pytest.mark.parametrize("pair", ["\u0315\u0300", "\u0f73\u0f71", "\uff9e\u0301", "\u0897\u0316"])
async def test_a_crafted_text_is_read_in_time_that_grows_with_its_length(sql: Sql, pair: str) -> None:
    words = "a" + pair * 500_000
    await sql.execute("set statement_timeout = '60s'")  # put in order by insertion they would take hours
    assert len(await sql.fetchval("select assay.plain($1)", words)) <= 100
    assert len(await sql.fetchval("select assay.nfc($1)", words)) <= 100
    assert await sql.fetchval("select assay.read_number($1)", words) is None
