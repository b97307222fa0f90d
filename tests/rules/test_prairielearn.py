"""Marks equal those of PrairieLearn where its rules are the same: an oracle that nobody here wrote.

Source: PrairieLearn, apps/prairielearn/elements at commit 04070ff.
pl-checkbox, partial credit "PC" (net correct), in the words that it shows to students: 100 % × (t − f) / n, at least 0,
for t true and f false options selected and n true options. pl-matching, partial credit: right pairs ÷ statements.
pl-order-blocks, partial credit "lcs": (n − edits) / n, at least 0, for n lines and edits that take a block out or put
one in. A line in the wrong order costs two edits there and one place of the longest run here, so only answers are
compared that leave lines out or take distractors in; there the rules are the same.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.rules.quizzes import keys, question, unpublished
from tests.rules.rows import Sql, teacher

MARK = "select assay.mark(q, $2, null, $3) from assay.questions q where q.id = $1"
COINS = 1_000  # so that a share is read to three places, cut off

# true options, all options, what is selected (the true ones come first), share
CHECKBOX: list[tuple[int, int, list[int], float]] = [
    (3, 5, [1, 2, 3], 1), (3, 5, [1, 2], 2 / 3), (3, 5, [1], 1 / 3), (3, 5, [1, 2, 3, 4], 2 / 3),
    (3, 5, [1, 2, 3, 4, 5], 1 / 3), (3, 5, [1, 4], 0), (3, 5, [1, 2, 4, 5], 0), (3, 5, [4], 0), (3, 5, [], 0),
    (1, 4, [1], 1), (1, 4, [1, 2], 0), (1, 4, [2], 0), (2, 4, [1, 2, 3], 1 / 2), (2, 4, [2, 4], 0),
    (7, 8, [1, 2, 3, 4, 5, 6, 8], 5 / 7),
]  # fmt: skip
# statements, which right each gets (those beyond are distractors), share
MATCHING: list[tuple[int, list[int], float]] = [
    (4, [1, 2, 3, 4], 1), (4, [1, 2, 4, 3], 1 / 2), (4, [2, 1, 4, 3], 0), (4, [1, 1, 1, 1], 1 / 4),
    (4, [5, 2, 3, 4], 3 / 4),
    (3, [1, 3, 2], 1 / 3), (3, [4, 4, 4], 0), (3, [1, 4, 3], 2 / 3),
]  # fmt: skip
# lines, what is placed (those beyond are distractors), share
ORDER_BLOCKS: list[tuple[int, list[int], float]] = [
    (5, [1, 2, 3, 4, 5], 1), (5, [2, 3, 4, 5], 4 / 5), (5, [1, 3, 5], 3 / 5), (5, [1], 1 / 5), (5, [], 0),
    (5, [1, 2, 3, 4, 5, 6], 4 / 5), (5, [6, 1, 2, 7, 3, 4, 5], 3 / 5), (5, [1, 2, 6], 1 / 5), (5, [1, 6, 7], 0),
    (5, [6], 0), (3, [1, 2, 3, 4], 2 / 3), (7, [1, 2, 4, 5, 7, 8], 4 / 7),
]  # fmt: skip


async def share(sql: Sql, kind: str, options: Sequence[dict[str, Any]], picked: list[int], words: Any = None) -> float:
    """What an answer earns, by the author's numbers, as a part of the maximum."""
    asked = await question(sql, await unpublished(sql, await teacher(sql)),
                           {"kind": kind, "max_score": COINS, "options": list(options)})  # fmt: skip
    known = await keys(sql, asked)
    score: int = await sql.fetchval(MARK, asked, [known[number] for number in picked], words)
    return score / COINS


def equal(share: float) -> Any:
    return pytest.approx(share, abs=1 / COINS)


async def test_several_right_options_earn_what_net_correct_says(sql: Sql) -> None:
    for rights, in_all, picked, expected in CHECKBOX:
        options = [{"text": f"option {n}", "place": 1 if n <= rights else None} for n in range(1, in_all + 1)]
        assert await share(sql, "choices", options, picked) == equal(expected), (rights, in_all, picked)


async def test_pairs_earn_the_part_that_is_right(sql: Sql) -> None:
    for lefts, given, expected in MATCHING:
        options = [{"text": f"left {n}", "pair": f"right {n}"} for n in range(1, lefts + 1)] + [
            {"pair": f"right {lefts + 1}"}]  # fmt: skip
        words = [f"right {n}" for n in given]
        assert await share(sql, "matching", options, list(range(1, lefts + 1)), words) == equal(expected), given


async def test_lines_left_out_and_distractors_cost_an_edit_each(sql: Sql) -> None:
    for lines, placed, expected in ORDER_BLOCKS:
        options = [
            {"text": f"line {n}", "place": n if n <= lines else None} for n in range(1, max(lines, *placed, 0) + 1)
        ]
        assert await share(sql, "ordering", options, placed) == equal(expected), (lines, placed)
