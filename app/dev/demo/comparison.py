"""How far can it be trusted: a case is tried by two models three times, marked by a person, and they are compared."""

import asyncio
from typing import Any

from app.dev.demo.stage import Stage, Unexpected, ask, say

WORK = """Bees fly from flower to flower for nectar, and the pollen on their fur makes apples and pumpkins grow.
Without them an orchard blooms and its branches stay empty, so that farmers rent hives in spring."""
MODELS = (
    {"provider": "openai", "model": "gpt-6-luna"},
    {"provider": "anthropic", "model": "claude-sonnet-4-6"},
)
TRIES = 3
MARKS = {"1": {"score": 5, "reason": "Says what bees do."}, "2": {"score": 4, "reason": "Clear throughout."}}


async def play(stage: Stage, teacher: str, student: str, assignment: str) -> None:
    """Mrs Gold brings a text that belongs to nobody. Raises Unexpected where something goes otherwise than told."""
    coins = (await ask(stage, 200, "GET", "/auth/me", student))["total_gold_coins"]
    own = f"/teacher/assignments/{assignment}"
    brought = {"label": "An essay of last year", "content": WORK}
    case = (await ask(stage, 201, "POST", f"{own}/cases", teacher, json=brought))["cases"][0]["id"]
    ordered = await ask(
        stage, 202, "POST", f"/teacher/cases/{case}/tries", teacher, json={"models": MODELS, "tries": TRIES}
    )
    if ordered["tries"] != TRIES * len(MODELS):
        raise Unexpected("not every try was ordered")
    say(f"Mrs Gold brings an essay of last year and has it tried by two models, {TRIES} times each.")
    shown = await _done(stage, teacher, case)
    machines = [one for one in shown["tries"] if one["model"]]
    if len(machines) != TRIES * len(MODELS) or any(one["total"] is None for one in machines):
        raise Unexpected("not every try came to a total")
    marked = await ask(stage, 200, "PUT", f"/teacher/cases/{case}/marks", teacher, json={"marks": MARKS})
    rows = (await ask(stage, 200, "GET", f"{own}/agreement", teacher))["items"]
    totals = {row["model"]: row for row in rows if row["question_number"] is None and row["model"]}
    say(f"She marks it herself: {marked['human_total']} of 10.")
    for model in (one["model"] for one in MODELS):
        found, given = totals[model], [one["total"] for one in machines if one["model"] == model]
        bias = sum(given) / len(given) - marked["human_total"]
        if found["n"] != TRIES or abs(found["bias"] - bias) > 1e-9 or found["enough"]:
            raise Unexpected("the agreement is not what the marks say")
        say(f"{model} gives {given[0]}: bias {found['bias']:+g} coins; one case is not enough to judge by.")
    if (await ask(stage, 200, "GET", "/auth/me", student))["total_gold_coins"] != coins:
        raise Unexpected("a case moved a coin")
    say("No coin has moved.")


async def _done(stage: Stage, teacher: str, case: str) -> Any:
    async with asyncio.timeout(30):
        while True:
            shown = await ask(stage, 200, "GET", f"/teacher/cases/{case}", teacher)
            if shown["status"] == "done":
                return shown
            await asyncio.sleep(0.1)
