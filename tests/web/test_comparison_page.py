"""The examples of docs/comparison.md do what the page says."""

import json
import re
from pathlib import Path

from tests.web.cases import done
from tests.web.conftest import Assay
from tests.web.rubrics import rubric

PAGE = Path(__file__).resolve().parents[2] / "docs/comparison.md"
BROUGHT, MARKS, TRIES, PROMOTION = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
COLUMNS = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE.read_text("utf-8"), re.MULTILINE)))


async def test_the_requests_of_the_page_lead_to_the_figures_that_it_names(assay: Assay) -> None:
    here = await rubric(assay)
    case = (await assay.ask("POST", here.own + "/cases", here.teacher, 201, json=BROUGHT))["cases"][0]["id"]
    await assay.ask("PUT", f"/teacher/cases/{case}/marks", here.teacher, json=MARKS)
    ordered = await assay.ask("POST", f"/teacher/cases/{case}/tries", here.teacher, 202, json=TRIES)
    assert ordered == {"tries": TRIES["tries"] * len(TRIES["models"])}
    await done(assay, here.teacher, case)
    rows = (await assay.ask("GET", here.own + "/agreement", here.teacher))["items"]
    assert set(COLUMNS) <= rows[0].keys()
    for model in TRIES["models"]:
        total = next(one for one in rows if one["model"] == model["model"] and one["question_number"] is None)
        assert (total["n"], total["cases"], total["blind_n"]) == (TRIES["tries"], 1, TRIES["tries"])
    said = PROMOTION | {"prompt_version": rows[0]["prompt_version"]}
    promoted = await assay.ask("POST", here.own + "/cases/promote", here.teacher, json=said)
    assert promoted == {"promoted": 0, "skipped": 0}  # it is nobody's submission
