"""The examples of docs/rubrics.md do what the page says."""

import json
import re
from pathlib import Path

from tests.web.conftest import Assay
from tests.web.rubrics import Rubric, edit, hand_in, rubric

PAGE = Path(__file__).resolve().parents[2] / "docs/rubrics.md"
UPLOAD, CORRECTION = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))


async def test_the_upload_of_the_page_is_graded_and_its_correction_moves_the_total(assay: Assay) -> None:
    here: Rubric = await rubric(assay, **UPLOAD)
    assert assay.asked == []
    assert here.assignment["max_score"] == sum(one["max_score"] for one in UPLOAD["rubric"])
    handed_in = (await hand_in(assay, here))["submission"]
    items = handed_in["outcome"]["items"]
    assert [item["title"] for item in items] == [one["title"] for one in UPLOAD["rubric"]]
    assert handed_in["comment"]
    edited = await edit(assay, here, handed_in["id"], **CORRECTION)
    assert edited["outcome"]["items"][0]["reason"] == CORRECTION["answers"]["1"]["reason"]
    assert edited["score"] == handed_in["score"] - items[0]["score"] + CORRECTION["answers"]["1"]["score"]
    assert edited["comment"] == CORRECTION["comment"]
