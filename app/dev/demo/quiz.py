"""A quiz of six kinds: answered, checked, handed in and paid in one request; then its wrong key is put right."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.dev.demo.stage import Stage, Unexpected, ask, say

# The key of the first question is wrong: bees carry pollen on their hind legs.
QUESTIONS: list[dict[str, Any]] = [
    {"kind": "choice", "title": "Pollen", "prompt": "Where does a bee carry pollen?", "max_score": 2,
     "options": [{"text": "on its wings", "right": True}, {"text": "on its hind legs"}, {"text": "in its sting"}]},
    {"kind": "choices", "title": "Crops", "prompt": "Which crops need bees?", "max_score": 4,
     "options": [{"text": "almonds", "right": True}, {"text": "wheat"}, {"text": "apples", "right": True}]},
    {"kind": "matching", "title": "The hive", "prompt": "Who does what?", "max_score": 3,
     "pairs": [{"left": "queen", "right": "lays eggs"}, {"left": "worker", "right": "gathers nectar"},
               {"right": "spins silk"}]},
    {"kind": "ordering", "title": "Growing up", "prompt": "What becomes of what?", "max_score": 4,
     "lines": [{"text": "egg", "place": 1}, {"text": "larva", "place": 2}, {"text": "pupa", "place": 3},
               {"text": "bee", "place": 4}]},
    {"kind": "gaps", "title": "Honey", "prompt": "A {{1}} makes {{2}}.", "max_score": 2,
     "gaps": [["bee", "honeybee"], ["honey"]]},
    {"kind": "short", "title": "Partners", "prompt": "What do plants pay with?", "max_score": 3,
     "accepted": [{"text": "nectar"}, {"text": "sugar", "score": 2},
                  {"text": "money", "score": 0, "feedback": "Sweeter than that!"}]},
]  # fmt: skip


async def play(stage: Stage, teacher: str, ann: str, ben: str) -> None:
    """The whole chapter. Raises Unexpected where a step does not do what it says."""
    asked = stage.ai.calls.total
    quiz = await _published(stage, teacher)
    path = f"/student/assignments/{quiz['id']}"
    await _saved(stage, path, ann, pollen="on its hind legs", crops=("almonds", "apples", "wheat"))
    await _checked_twice(stage, path, ann)
    await _handed_in(stage, path, "Ann", ann, expected=0 + 2 + 3 + 4 + 2 + 3)
    await _saved(stage, path, ben, pollen="on its wings", crops=("almonds",))
    await ask(stage, 200, "PUT", f"{path}/answers/6", ben, json={"answer": "Sugar"})
    await _handed_in(stage, path, "Ben", ben, expected=2 + 2 + 3 + 4 + 2 + 2)
    await _put_right(stage, teacher, quiz, ann, ben)
    if stage.ai.calls.total != asked:
        raise Unexpected("an AI was asked about what the database marks")
    say("No AI was asked about any of it.")


async def _published(stage: Stage, teacher: str) -> dict[str, Any]:
    sent = {
        "takes": "answers",
        "title": "A quiz about bees",
        "deadline": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
        "reveal": "at_once",
        "attempts": 2,
        "encourage": True,
        "language": "English",
        "questions": QUESTIONS,
    }
    made = (await ask(stage, 201, "POST", "/teacher/assignments", teacher, json=sent))["assignment"]
    quiz: dict[str, Any] = await ask(stage, 200, "POST", f"/teacher/assignments/{made['id']}/publish", teacher)
    if quiz["max_score"] != sum(question["max_score"] for question in QUESTIONS):
        raise Unexpected("the quiz is not worth what its questions are")
    say(f"Mrs Gold publishes a quiz of {len(QUESTIONS)} kinds of questions, {quiz['max_score']} coins in all.")
    return quiz


async def _saved(stage: Stage, path: str, student: str, *, pollen: str, crops: tuple[str, ...]) -> None:
    """Answers to the first five questions, by the keys that this student was shown."""
    questions = (await ask(stage, 200, "GET", f"{path}/questions", student))["items"]
    keys = [{option["text"]: option["key"] for option in question["options"]} for question in questions]
    answers: list[Any] = [
        keys[0][pollen],
        [keys[1][crop] for crop in crops],
        {str(keys[2]["queen"]): "lays eggs", str(keys[2]["worker"]): "gathers nectar"},
        [keys[3][stage_of_life] for stage_of_life in ("egg", "larva", "pupa", "bee")],
        ["Bee", "honey"],
    ]
    for number, answer in enumerate(answers, 1):
        saved = await ask(stage, 200, "PUT", f"{path}/answers/{number}", student, json={"answer": answer})
        if saved["answer"] != answer:
            raise Unexpected("an answer was not saved as it was sent")


async def _checked_twice(stage: Stage, path: str, student: str) -> None:
    results = []
    for answer in ("money", "nectar"):
        await ask(stage, 200, "PUT", f"{path}/answers/6", student, json={"answer": answer})
        results.append(await ask(stage, 200, "POST", f"{path}/answers/6/check", student))
    first, second = results
    if (first["score"], first["solution"], first["attempts_left"]) != (0, None, 1):
        raise Unexpected("a wrong answer was told its solution, or was no attempt")
    if (second["score"], second["right"], second["attempts_left"]) != (3, True, 0):
        raise Unexpected("the second attempt did not earn what it should")
    hint = first["feedback"][0]["text"]
    say(f"Ann has an answer checked: 0 of 3, “{hint}” She thinks again, and has the next one checked: 3 of 3.")


async def _handed_in(stage: Stage, path: str, name: str, student: str, *, expected: int) -> None:
    before = await _coins(stage, student)
    made = (await ask(stage, 201, "POST", f"{path}/submission", student))["submission"]
    earned = sum(item["score"] for item in made["outcome"]["items"])
    if not made["score"] == earned == expected == await _coins(stage, student) - before:
        raise Unexpected(f"the quiz earned {made['score']} coins instead of {expected}")
    if not made["comment"]:
        raise Unexpected("the quiz came back without a word to its student")
    say(f"{name} hands the quiz in and is paid {earned} of {made['max_score']} coins in the same request.")
    say(f"A word to {name}: {made['comment']}")


async def _put_right(stage: Stage, teacher: str, quiz: dict[str, Any], ann: str, ben: str) -> None:
    first, *_ = (await ask(stage, 200, "GET", f"/teacher/assignments/{quiz['id']}/questions", teacher))["items"]
    before = [await _coins(stage, student) for student in (ann, ben)]
    key = {"options": [{"right": option["text"] == "on its hind legs"} for option in first["options"]]}
    counts = await ask(stage, 200, "PUT", f"/teacher/questions/{first['id']}/key", teacher, json=key)
    if counts != {"remarked": 2, "raised": 1, "lowered": 1}:
        raise Unexpected(f"the corrected key marked {counts}")
    after = [await _coins(stage, student) for student in (ann, ben)]
    if after != [before[0] + 2, before[1] - 2]:
        raise Unexpected("the coins did not follow the corrected key")
    say(f"The key of the first question was wrong; she puts it right: Ann now has {after[0]} coins, Ben {after[1]}.")


async def _coins(stage: Stage, student: str) -> int:
    return int((await ask(stage, 200, "GET", "/auth/me", student))["total_gold_coins"])
