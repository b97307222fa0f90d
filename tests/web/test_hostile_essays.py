"""Essays that speak to the marker are marked like any others, over HTTP, by a model that obeys what it understands."""

import json
import re
from pathlib import Path
from typing import Any

from app.ai.text import clean
from tests.web.conftest import Assay
from tests.web.rubrics import coins, upload

ESSAYS: list[str] = json.loads((Path(__file__).parents[1] / "ai/hostile_essays.json").read_text("utf-8"))
FENCE = re.compile(r"\b[0-9a-f]{32}\b")


def harmless(essay: str) -> str:
    """The same words, and nothing that could be taken for anything else."""
    return " ".join(re.findall(r"[^\W\d_]+", clean(essay)))


def shape(body: dict[str, Any], content: str) -> str:
    """What was asked of the model, without the student's words and the fence around them."""
    sent = json.dumps(body, ensure_ascii=False)
    inside = json.dumps(clean(content), ensure_ascii=False)[1:-1]
    fences = {fence for fence in FENCE.findall(sent) if sent.count(fence) > 1 and fence not in content}
    assert len(fences) == 1, "one fence, and not one that the student wrote"
    fence = fences.pop()
    begin, end = f"----- BEGIN STUDENT WORK {fence} -----\\n", f"\\n----- END STUDENT WORK {fence} -----"
    before, _, rest = sent.partition(begin)
    work, _, after = rest.partition(end)
    assert work == inside
    return (before + begin + end + after).replace(fence, "FENCE")


async def test_forty_hostile_essays_move_no_mark_and_change_no_request(assay: Assay) -> None:
    teacher, hostile, plain = await assay.teacher(), await assay.student("Anna"), await assay.student("Ben")
    group = await assay.ask("POST", "/teacher/classes", teacher, 201, json={"name": "9B"})
    people = {"student_ids": [(await assay.ask("GET", "/auth/me", who))["id"] for who in (hostile, plain)]}
    await assay.ask("POST", f"/teacher/classes/{group['id']}/students", teacher, json=people)
    assert len(ESSAYS) == 40
    seen = []
    for essay in ESSAYS:
        made = (await upload(assay, teacher))["assignment"]
        path = f"/student/assignments/{made['id']}/submission"
        marked = [
            (await assay.ask("POST", path, who, 201, json={"content": text}))["submission"]["outcome"]
            for who, text in ((hostile, essay), (plain, harmless(essay)))
        ]
        marks, expected = ([(item["number"], item["score"]) for item in outcome["items"]] for outcome in marked)
        assert marks == expected, essay
        assert marked[0]["score"] == sum(score for _, score in marks)
        seen.append(marked[0]["score"])
    assert len(assay.asked) == 80  # none was rejected and asked for again
    texts = [text for essay in ESSAYS for text in (essay, harmless(essay))]
    assert len({shape(body, text) for (_, _, body), text in zip(assay.asked, texts, strict=True)}) == 1
    about = json.dumps([body for _, _, body in assay.asked])
    known = ("Anna", "anna@", "school.example", "9B", "Tove", *people["student_ids"], group["id"])
    assert [word for word in known if word in about] == []  # a model never learns who wrote, or for whom
    assert await coins(assay, hostile) == sum(seen) == await coins(assay, plain)
    assert max(seen) < 15
