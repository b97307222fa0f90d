"""What a quiz or a text is set to is changed until somebody hands in."""

from typing import Any

import pytest

from tests.web.conftest import LATER, PLAIN, Assay, School
from tests.web.questions import SHORT, made

CRITERIA = [
    {"title": "Thesis", "prompt": "Has one.", "max_score": 12},
    {"title": "Style", "prompt": "Is clear.", "max_score": 8,
     "levels": [{"score": 0, "text": "not"}, {"score": 8, "text": "throughout"}]},
]  # fmt: skip


async def test_each_setting_of_a_quiz_changes_alone(assay: Assay, school: School) -> None:
    known = await made(assay, school, SHORT)
    path = f"/teacher/assignments/{known['id']}"
    changes: list[dict[str, Any]] = [
        {"reveal": "at_once"}, {"attempts": 3}, {"encourage": True}, {"collect": False}, {"language": "Swedish"},
        {"language": None}, {"attempts": 1}, {"reveal": "when_graded"}, {"reveal": "at_once", "attempts": 2},
        {"title": "Ores", "collect": True},
    ]  # fmt: skip
    for change in changes:
        told = await assay.ask("PATCH", path, school.teacher, json=change)
        assert {name: told[name] for name in told if told[name] != known[name]}.keys() - {"updated_at"} == change.keys()
        assert {name: told[name] for name in change} == change
        known = told
    await assay.refused("attempts_need_feedback", "PATCH", path, school.teacher, json={"reveal": "after_deadline"})
    assert await assay.ask("GET", path, school.teacher) == known
    assert assay.asked == []


async def test_a_quiz_has_no_rubric_no_template_and_no_maximum_of_its_own(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT)
    path = f"/teacher/assignments/{one['id']}"
    for rubric in ("generate", CRITERIA):
        await assay.refused("kind_fits_assignment", "PATCH", path, school.teacher, json={"rubric": rubric})
    details = await assay.refused("validation_failed", "PATCH", path, school.teacher, json={"max_score": 9})
    assert [error["field"] for error in details["errors"]] == ["max_score"]
    template: dict[str, Any] = {"content": "Mine.", "headers": PLAIN}
    await assay.refused("template_follows_rubric", "PUT", f"{path}/template", school.teacher, **template)
    await assay.ask("POST", f"{path}/publish", school.teacher)
    await assay.refused("kind_fits_assignment", "PUT", f"{path}/rubric", school.teacher, json={"criteria": CRITERIA})
    assert len((await assay.ask("GET", f"{path}/questions", school.teacher))["items"]) == 1


async def test_a_text_has_no_questions_of_a_quiz(assay: Assay, school: School) -> None:
    sent = {"instructions": "Write.", "deadline": LATER, "max_score": 10, "questions": [SHORT]}
    details = await assay.refused("validation_failed", "POST", "/teacher/assignments", school.teacher, json=sent)
    assert [error["field"] for error in details["errors"]] == ["questions"]


async def test_settings_are_frozen_from_the_first_submission_on(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT, reveal="at_once")
    path = f"/teacher/assignments/{one['id']}"
    await assay.ask("POST", f"{path}/publish", school.teacher)
    await assay.ask("POST", f"/student/assignments/{one['id']}/submission", school.student, 201,
                    json={"answers": {"1": "gold"}})  # fmt: skip
    for change in ({"reveal": "when_graded"}, {"attempts": 2}, {"encourage": True}, {"collect": False}):
        await assay.refused("assignment_locked", "PATCH", path, school.teacher, json=change)


async def test_criteria_replace_what_a_text_is_graded_by_without_an_ai(assay: Assay, school: School) -> None:
    path, asked = f"/teacher/assignments/{school.assignment['id']}", len(assay.asked)
    told = await assay.ask("PATCH", path, school.teacher, json={"rubric": CRITERIA, "title": "Gold, by criteria"})
    assert (told["title"], told["max_score"], len(assay.asked)) == ("Gold, by criteria", 20, asked)
    assert told["correction_template"].startswith("1. Thesis (12): Has one.")
    rubric = await assay.ask("GET", f"{path}/rubric", school.teacher)
    assert [one["title"] for one in rubric["criteria"]] == ["Thesis", "Style"]
    told = await assay.ask("PATCH", path, school.teacher, json={"rubric": CRITERIA[:1], "max_score": 12})
    assert told["max_score"] == 12
    await assay.refused("criteria_add_up", "PATCH", path, school.teacher, json={"rubric": CRITERIA, "max_score": 12})
    changed = {"rubric": CRITERIA, "correction_template": "Mine."}
    await assay.refused("template_follows_rubric", "PATCH", path, school.teacher, json=changed)
    levels = [CRITERIA[1] | {"levels": [{"score": 0, "text": "not"}, {"score": 7, "text": "nearly"}]}]
    await assay.refused("levels_end_at_maximum", "PATCH", path, school.teacher, json={"rubric": levels})
    assert await assay.ask("GET", path, school.teacher) == told


async def test_a_rubric_is_written_by_an_ai_when_it_is_asked_for(assay: Assay, school: School) -> None:
    path, asked = f"/teacher/assignments/{school.assignment['id']}", len(assay.asked)
    told = await assay.ask("PATCH", path, school.teacher, json={"rubric": "generate", "title": "Gold, anew"})
    assert (told["title"], told["max_score"], len(assay.asked)) == ("Gold, anew", 20, asked + 1)
    rubric = await assay.ask("GET", f"{path}/rubric", school.teacher)
    assert sum(one["max_score"] for one in rubric["criteria"]) == rubric["max_score"] == 20
    for provider in ("openai", "anthropic"):
        await assay.ask("DELETE", f"/teacher/api-keys/{provider}", school.teacher, 204)
    await assay.refused("api_key_missing", "PATCH", path, school.teacher, json={"rubric": "generate"})


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("attempts_in_range", {"attempts": 11}),
        ("reveal_known", {"reveal": "never"}),
        ("gate_min_cases_in_range", {"gate_min_cases": 201}),
        ("question_score_in_range", {"rubric": [{"title": "Facts", "prompt": "Are right.", "max_score": 0}]}),
    ],
)
async def test_a_setting_beyond_its_bounds_is_refused_by_the_rule(
    assay: Assay, school: School, rule: str, change: dict[str, Any]
) -> None:
    path = f"/teacher/assignments/{school.assignment['id']}"
    details = await assay.refused(rule, "PATCH", path, school.teacher, json=change)
    assert details["errors"][0]["field"].split(".")[0] in change


@pytest.mark.parametrize("wrong", [{"rubric": []}, {"rubric": None}, {"attempts": "2"}, {"attempts": None},
                                   {"collect": "no"}, {"language": ""}])  # fmt: skip
async def test_a_setting_that_is_wrong_is_named(assay: Assay, school: School, wrong: dict[str, Any]) -> None:
    path = f"/teacher/assignments/{school.assignment['id']}"
    details = await assay.refused("validation_failed", "PATCH", path, school.teacher, json=wrong)
    assert {error["field"].split(".")[0] for error in details["errors"]} == wrong.keys()
