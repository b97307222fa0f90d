"""Nothing of a rubric is in any byte that a student gets before the outcome is revealed, and then only its titles."""

import asyncio
from typing import Any

import httpx2
import pytest

from app.dev.simulator.marking import COMMENT, REASON
from app.web.routes import ROUTES
from tests.web.conftest import Assay
from tests.web.rubrics import ESSAY, Rubric, rubric

TITLES = ("TITLE-ONE", "TITLE-TWO")
KEPT = ("PROMPT-ONE", "PROMPT-TWO", "LEVEL-LOW", "LEVEL-HIGH")  # never a student's, not even afterwards
TOLD = (*TITLES, REASON, COMMENT)
SECRETIVE: list[dict[str, Any]] = [
    {"title": TITLES[0], "prompt": KEPT[0], "max_score": 10},
    {"title": TITLES[1], "prompt": KEPT[1], "max_score": 10, "levels": [
        {"score": 0, "text": KEPT[2]}, {"score": 10, "text": KEPT[3]}]},
]  # fmt: skip
READS = [route for route in ROUTES if route.audience in ("student", "account") and route.method == "GET"]


async def heard(assay: Assay, here: Rubric, job: str) -> bytes:
    """Headers and bodies of all that a student can read, by GET, HEAD and as events, and of what is refused."""
    ids = {"assignment_id": here.assignment["id"], "job_id": job, "number": "1"}
    asked: list[tuple[str, str, dict[str, str], Any]] = []
    for route in READS:
        path = route.path.format_map(ids)
        asked += [(verb, path, {"Accept": kind}, None) for verb in ("GET", "HEAD") for kind in route.produces]
    asked += [
        ("POST", here.path + "/submission", {}, {"content": " "}),
        ("POST", here.path + "/submission", {}, {"answers": {"1": "x"}}),
        ("PUT", here.path + "/answers/1", {}, {"answer": "x"}),
        ("POST", here.path + "/answers/1/check", {}, None),
        ("GET", here.own, {}, None),
        ("GET", here.own + "/rubric", {}, None),
        ("GET", here.own + "/template", {}, None),
    ]
    token = {"Authorization": f"Bearer {here.student}"}
    parts = []
    base = assay.client.base_url
    async with httpx2.AsyncClient(base_url=base, headers=token, timeout=300, trust_env=False) as client:
        for verb, path, headers, body in asked:
            answer = await client.request(verb, path, headers=headers, **({} if body is None else {"json": body}))
            parts.append(repr(answer.headers.multi_items()).encode() + answer.content)
    return b"\n".join(parts)


def words(secrets: tuple[str, ...], told: bytes) -> list[str]:
    return [word for word in secrets if word.encode() in told]


@pytest.mark.parametrize("reveal", ["when_graded", "after_deadline"])
async def test_no_byte_before_the_reveal_tells_anything_of_a_rubric(assay: Assay, reveal: str) -> None:
    here = await rubric(assay, rubric=SECRETIVE, reveal=reveal, encourage=True)
    unknown = "00000000-0000-7000-8000-000000000000"
    assert words(KEPT + TOLD, await heard(assay, here, unknown)) == []
    slow = f"{ESSAY} [[sim:delay=1.5]]"
    begun = await assay.ask(
        "POST",
        here.path + "/submission",
        here.student,
        202,
        json={"content": slow},
        headers={"Prefer": "respond-async"},
    )
    job = begun["job"]["id"]
    events = asyncio.create_task(heard(assay, here, job))  # its stream of events lasts as long as the job
    told = await events
    if reveal == "when_graded":
        assert words(KEPT, told) == []
    else:
        assert words(KEPT + TOLD, told) == []
    await assay.ask("GET", f"/student/jobs/{job}", here.student, headers={"Prefer": "wait=60"})
    told = await heard(assay, here, job)
    if reveal == "after_deadline":
        assert words(KEPT + TOLD, told) == []
        await assay.ask("POST", here.own + "/release", here.teacher)
        told = await heard(assay, here, job)
    assert words(TOLD, told) == list(TOLD)
    assert words(KEPT, told) == []
