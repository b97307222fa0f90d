"""The examples of docs/disputes.md do what the page says."""

import json
import re
from pathlib import Path

from tests.web.conftest import Assay
from tests.web.rubrics import ESSAY, coins, hand_in, rubric

PAGE = Path(__file__).resolve().parents[2] / "docs/disputes.md"
REQUEST, DECISION, TERMS = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))


async def test_the_request_of_the_page_is_held_back_listed_and_decided(assay: Assay) -> None:
    here = await rubric(assay, **TERMS)
    await hand_in(assay, here, f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]]")
    path = here.path + "/regrade-requests"
    await assay.refused("not_revealed_yet", "POST", path, here.student, json=REQUEST)
    assert await coins(assay, here.student) == 0
    await assay.ask("POST", here.own + "/release", here.teacher)
    request = await assay.ask("POST", path, here.student, 201, json=REQUEST)
    (listed,) = (await assay.ask("GET", here.own + "/review", here.teacher))["items"]
    assert (listed["submission_id"], listed["doubt"]) == (request["submission_id"], 1)
    assert listed["reasons"] == ["Its student disputes the mark of question 2."]
    decide = f"/teacher/regrade-requests/{request['id']}/decide"
    assert (await assay.ask("POST", decide, here.teacher, json=DECISION))["score_after"] == DECISION["score"]
    assert await coins(assay, here.student) == 4 + 5 + 2
    assert (await assay.ask("GET", here.own + "/review", here.teacher))["items"] == []
    terms = await assay.ask("PATCH", here.own, here.teacher, json=TERMS | {"autonomy": "full"})
    assert terms["autonomy"] == "full"
