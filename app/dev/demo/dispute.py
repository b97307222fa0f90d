"""A student disputes a mark and is heard; the coins follow."""

from app.dev.demo.stage import Stage, Unexpected, ask, refused, say

WHY = "The third sentence says what the plant pays with: nectar and pollen."


async def play(stage: Stage, teacher: str, student: str, assignment: str) -> None:
    """Ben asks for the mark of the first criterion to be looked at again. Raises Unexpected where that goes wrong."""
    path = f"/student/assignments/{assignment}"
    before = (await ask(stage, 200, "GET", f"{path}/submission", student))["score"]
    coins = (await ask(stage, 200, "GET", "/auth/me", student))["total_gold_coins"]
    sent = {"number": 1, "text": WHY}
    request = await ask(stage, 201, "POST", f"{path}/regrade-requests", student, json=sent)
    await refused(stage, 409, "regrade_request_open", "POST", f"{path}/regrade-requests", student, json=sent)
    say(
        f"Ben disputes his mark for Facts, {request['score_before']} of {request['max_score']}; a second time: refused."
    )
    review = (await ask(stage, 200, "GET", f"/teacher/assignments/{assignment}/review", teacher))["items"]
    if [one["submission_id"] for one in review] != [request["submission_id"]]:
        raise Unexpected("a disputed mark is not on the list of what deserves a look")
    say(f"Mrs Gold finds it on the list of what deserves a look: {review[0]['reasons'][0]}")
    decide = f"/teacher/regrade-requests/{request['id']}/decide"
    lower = {"accept": True, "answer": "You are right.", "score": request["score_before"] - 1}
    await refused(stage, 422, "regrade_lowers", "POST", decide, teacher, json=lower)
    higher = lower | {"score": request["score_before"] + 1}
    await ask(stage, 200, "POST", decide, teacher, json=higher)
    told = (await ask(stage, 200, "GET", f"{path}/regrade-requests", student))["items"][0]
    after = (await ask(stage, 200, "GET", f"{path}/submission", student))["score"]
    paid = (await ask(stage, 200, "GET", "/auth/me", student))["total_gold_coins"]
    if (told["state"], told["answer"]) != ("accepted", "You are right.") or (after, paid) != (before + 1, coins + 1):
        raise Unexpected("the coins did not follow the decision")
    say(f"She says he is right and gives {told['score_after']}; his score is {after} now, and he has {paid} coins.")
