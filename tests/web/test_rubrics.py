"""A text graded by the criteria of a rubric: uploaded, graded, explained, corrected and graded again."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.web.conftest import Assay
from tests.web.rubrics import CRITERIA, ESSAY, LATER, coins, edit, hand_in, rubric, upload


async def test_a_rubric_that_is_uploaded_needs_no_ai_and_no_key(assay: Assay) -> None:
    teacher = await assay.teacher(keys=False)
    made = (await upload(assay, teacher))["assignment"]
    assert assay.asked == []
    assert (made["max_score"], made["takes"], made["reveal"], made["encourage"]) == (20, "text", "when_graded", False)
    assert made["correction_template"] == (
        "1. Facts (10): Says what gold is like.\n2. History (6): Says what people did with it.\n"
        "3. Language (4): Is clear.\n   4: wholly\n   2: partly\n   0: not"
    )
    assert await assay.ask("GET", f"/teacher/assignments/{made['id']}", teacher) == made


async def test_a_deadline_that_has_passed_is_warned_of_with_a_rubric_too(assay: Assay) -> None:
    teacher = await assay.teacher(keys=False)
    made = await upload(assay, teacher, deadline="2001-01-01T00:00:00Z")
    assert "deadline has passed" in made["warning"]


@pytest.mark.parametrize(
    ("fields", "maximum"),
    [
        ({"max_score": 21}, 21),
        ({"instructions": "Write about gold. Maximum score: 30 points."}, 30),
        ({"max_score": 19, "instructions": "Write about gold. Maximum score: 20 points."}, 19),
    ],
    ids=["given", "in the instructions", "given before what the instructions say"],
)
async def test_criteria_add_up_to_the_maximum_that_is_given_or_clear(
    assay: Assay, fields: dict[str, Any], maximum: int
) -> None:
    teacher = await assay.teacher(keys=False)
    sent = {"instructions": "Write about gold.", "deadline": LATER, "rubric": CRITERIA, **fields}
    details = await assay.refused("criteria_add_up", "POST", "/teacher/assignments", teacher, json=sent)
    assert (details["sum"], details["max_score"]) == (20, maximum)
    assert (await assay.ask("GET", "/teacher/assignments", teacher))["items"] == []
    for right in ({"max_score": 20}, {"instructions": "Write about gold. At most 20 points."}):
        assert (await upload(assay, teacher, **right))["assignment"]["max_score"] == 20


async def test_criteria_that_break_a_rule_are_refused_by_its_name(assay: Assay) -> None:
    teacher = await assay.teacher(keys=False)

    def sent(**changed: Any) -> dict[str, Any]:
        return {"instructions": "Write.", "deadline": LATER, "rubric": [{**CRITERIA[2], **changed}]}

    path = "/teacher/assignments"
    for levels in ([{"score": 0, "text": "a"}, {"score": 3, "text": "b"}], [{"score": 4, "text": "b"}]):
        await assay.refused("levels_end_at_maximum", "POST", path, teacher, json=sent(levels=levels))
    levels = [{"score": 0, "text": "a"}, {"score": 4, "text": " "}]
    await assay.refused("option_says_nothing", "POST", path, teacher, json=sent(levels=levels))
    await assay.refused("prompt_not_blank", "POST", path, teacher, json=sent(prompt=" "))
    await assay.refused("prompt_not_blank", "POST", path, teacher, json=sent(prompt="x" * 10_001))
    await assay.refused("question_title_readable", "POST", path, teacher, json=sent(title=" "))
    await assay.refused("question_score_in_range", "POST", path, teacher, json=sent(max_score=1_001))
    await assay.refused("option_not_huge", "POST", path, teacher, json=sent(levels=[{"score": 4, "text": "x" * 2_001}]))
    levels = [{"score": -1, "text": "a"}, {"score": 4, "text": "b"}]
    await assay.refused("option_score_in_range", "POST", path, teacher, json=sent(levels=levels))
    too_many = {**sent(), "rubric": CRITERIA * 11}
    await assay.refused("too_many_open_questions", "POST", path, teacher, json=too_many)
    await assay.refused("at_once_needs_answers", "POST", path, teacher, json={**sent(), "reveal": "at_once"})


@pytest.mark.parametrize("wrong", [[], "make one", 3, [{}], [{**CRITERIA[0], "max_score": "9"}], [{"coins": 3}]])
async def test_what_is_no_rubric_is_refused_by_field(assay: Assay, wrong: Any) -> None:
    teacher = await assay.teacher(keys=False)
    sent = {"instructions": "Write.", "deadline": LATER, "rubric": wrong}
    details = await assay.refused("validation_failed", "POST", "/teacher/assignments", teacher, json=sent)
    assert len({error["field"] for error in details["errors"]}) == len(details["errors"])
    assert all(re.fullmatch(r"rubric(\.\d+(\.[a-z_]+)?)?", error["field"]) for error in details["errors"])


async def test_a_text_is_graded_by_each_criterion_in_one_request(assay: Assay) -> None:
    here = await rubric(assay)
    handed_in = (await hand_in(assay, here))["submission"]
    assert len(assay.asked) == 1
    service, _, request = assay.asked[0]
    assert service == "anthropic"
    assert request["max_tokens"] == 300 + 3 * 300
    outcome = handed_in["outcome"]
    assert [item["title"] for item in outcome["items"]] == ["Facts", "History", "Language"]
    assert outcome["score"] == handed_in["score"] == sum(item["score"] for item in outcome["items"])
    assert (outcome["max_score"], outcome["adjustment"], outcome["is_llm_generated"]) == (20, 0, True)
    for item, criterion in zip(outcome["items"], CRITERIA, strict=True):
        assert (item["kind"], item["max_score"], item["marked_by"]) == ("criterion", criterion["max_score"], "ai")
        assert item["reason"]
        assert item["supported"]
        assert item["quotes_unfound"] == 0
        assert [ESSAY[place["start"] : place["end"]] for place in item["evidence"]] == ["People have made rings of it"]
    assert outcome["items"][2]["score"] in (0, 2, 4)
    assert await coins(assay, here.student) == handed_in["score"]
    assert await assay.ask("GET", here.path + "/submission", here.student) == handed_in

    page = await assay.ask("GET", here.own + "/submissions", here.teacher)
    assert [one["is_llm_generated"] for one in page["items"]] == [True]
    told = await assay.ask("GET", f"/teacher/submissions/{handed_in['id']}", here.teacher)
    assert told["outcome"] == outcome


async def test_no_student_sees_a_criterion_before_the_outcome(assay: Assay) -> None:
    here = await rubric(assay, deadline="2099-01-01T00:00:00Z", reveal="after_deadline", encourage=True)
    before = [
        await assay.ask("GET", here.path, here.student),
        await assay.ask("GET", "/student/assignments", here.student),
    ]
    before.append(await assay.ask("GET", here.path + "/instructions", here.student))
    handed_in = (await hand_in(assay, here))["submission"]
    before += [handed_in, await assay.ask("GET", here.path + "/submission", here.student)]
    before.append(await assay.ask("GET", "/student/scores", here.student))
    assert handed_in["score"] > 0
    assert (handed_in["outcome"], handed_in["comment"]) == (None, None)
    for answer in before:
        assert not any(word in str(answer) for word in ("Facts", "Says what gold is like", "wholly", "reason"))
    told = await assay.ask("GET", f"/teacher/submissions/{handed_in['id']}", here.teacher)
    assert told["outcome"]["items"][0]["title"] == "Facts"
    assert told["comment"]


async def test_a_student_is_not_told_that_there_is_a_rubric(assay: Assay) -> None:
    here = await rubric(assay)
    seen = await assay.ask("GET", here.path, here.student)
    assert (seen["takes"], seen["question_count"], seen["answered_count"]) == ("text", None, None)


async def test_a_comment_is_asked_for_where_the_assignment_encourages(assay: Assay) -> None:
    here = await rubric(assay, encourage=True, language="svenska")
    handed_in = (await hand_in(assay, here))["submission"]
    assert handed_in["comment"] == handed_in["outcome"]["comment"]
    assert handed_in["comment"]
    assert "svenska" in str(assay.asked[0][2]["system"])
    edited = await edit(assay, here, handed_in["id"], comment="Read it aloud.")
    assert edited["comment"] == "Read it aloud."
    again = await assay.ask("POST", f"/teacher/submissions/{handed_in['id']}/regrade", here.teacher, 201)
    assert again["submission"]["comment"] == "Read it aloud."


@pytest.mark.parametrize("fault", ["mark=1:11", "mark=3:3", "mark=2:-1", "drop=2", "twice=1"])
async def test_a_set_with_one_fault_is_a_rejected_answer(assay: Assay, fault: str) -> None:
    here = await rubric(assay)
    handed_in = (await hand_in(assay, here, f"{ESSAY} [[sim:anthropic,{fault}]]"))["submission"]
    assert handed_in["outcome"]["provider"] == "openai"
    assert [service for service, _, _ in assay.asked] == ["anthropic", "anthropic", "openai"]


async def test_when_no_service_gives_a_whole_set_nothing_is_left(assay: Assay) -> None:
    here = await rubric(assay)
    await assay.refused(
        "ai_unavailable", "POST", here.path + "/submission", here.student, json={"content": f"{ESSAY} [[sim:drop=2]]"}
    )
    assert len(assay.asked) == 4
    assert await coins(assay, here.student) == 0
    assert (await assay.ask("GET", here.path, here.student))["state"] == "open"


async def test_a_quote_that_the_student_did_not_write_is_counted_and_supports_nothing(assay: Assay) -> None:
    here = await rubric(assay)
    text = f"{ESSAY} [[sim:quote=gold%20is%20the%20best%20metal%20of%20all]]"
    items = (await hand_in(assay, here, text))["submission"]["outcome"]["items"]
    assert [(item["quotes_unfound"], item["evidence"], item["supported"]) for item in items] == [(1, [], False)] * 3


async def test_the_template_of_a_rubric_is_the_rubric_and_new_instructions_ask_no_ai(assay: Assay) -> None:
    here = await rubric(assay)
    known = await assay.ask("GET", here.own, here.teacher)
    change = {"instructions": "Write about silver.", "encourage": True, "language": "sv", "reveal": "after_deadline"}
    changed = await assay.ask("PATCH", here.own, here.teacher, json=change)
    assert changed == {**known, **change, "updated_at": changed["updated_at"]}
    assert assay.asked == []
    template = {"correction_template": "Half for gold."}
    await assay.refused("template_follows_rubric", "PATCH", here.own, here.teacher, json=template)
    await assay.refused("criteria_add_up", "PATCH", here.own, here.teacher, json={"max_score": 21})
    await assay.refused("at_once_needs_answers", "PATCH", here.own, here.teacher, json={"reveal": "at_once"})
    await assay.refused(
        "template_follows_rubric", "PUT", here.own + "/template", here.teacher,
        content="Half for gold.", headers={"Content-Type": "text/plain"},
    )  # fmt: skip
    assert await assay.ask("GET", here.own, here.teacher) == changed
    await hand_in(assay, here)
    await assay.refused("assignment_locked", "PATCH", here.own, here.teacher, json={"reveal": "when_graded"})


async def test_a_text_without_a_rubric_is_graded_by_one_number(assay: Assay) -> None:
    here = await rubric(assay, rubric=None, instructions="Write about gold. Maximum score: 20 points.")
    handed_in = (await hand_in(assay, here, "Gold. [[sim:score=12]]"))["submission"]
    assert (handed_in["score"], handed_in["outcome"]["items"]) == (12, [])
    edited = await edit(assay, here, handed_in["id"], score=13)
    assert (edited["outcome"]["adjustment"], edited["outcome"]["is_llm_generated"]) == (0, False)
    await assay.refused(
        "not_found",
        "PATCH",
        f"/teacher/submissions/{handed_in['id']}",
        here.teacher,
        json={"answers": {"1": {"score": 1}}},
    )


async def test_a_rubric_is_read_replaced_and_taken_away_until_the_first_submission(assay: Assay) -> None:
    here = await rubric(assay)
    path = here.own + "/rubric"
    known = await assay.ask("GET", path, here.teacher)
    assert known == {"criteria": [{"levels": [], **one} for one in CRITERIA], "max_score": 20}
    colleague = await assay.teacher("Ulla")
    assert await assay.ask("GET", path, colleague) == known
    await assay.refused("not_found", "PUT", path, colleague, json={"criteria": CRITERIA})
    changed = await assay.ask("PUT", path, here.teacher, json={"criteria": known["criteria"][:2]})
    assert changed == {"criteria": known["criteria"][:2], "max_score": 16}
    told = await assay.ask("GET", here.own, here.teacher)
    assert told["max_score"] == 16
    assert told["correction_template"].endswith("2. History (6): Says what people did with it.")
    await assay.refused("levels_end_at_maximum", "PUT", path, here.teacher,
                        json={"criteria": [{**CRITERIA[2], "max_score": 5}]})  # fmt: skip
    assert assay.asked == []

    assert await assay.ask("PUT", path, here.teacher, json={"criteria": []}) == {"criteria": [], "max_score": 16}
    assert len(assay.asked) == 1
    assert await assay.ask("GET", path, here.teacher) == {"criteria": [], "max_score": 16}
    assert await assay.ask("PUT", path, here.teacher, json={"criteria": []}) == {"criteria": [], "max_score": 16}
    template = (await assay.ask("GET", here.own, here.teacher))["correction_template"]
    assert template.startswith("Correction template")
    await assay.ask("PUT", path, here.teacher, json={"criteria": CRITERIA})
    handed_in = (await hand_in(assay, here))["submission"]
    assert len(handed_in["outcome"]["items"]) == 3
    await assay.refused("assignment_locked", "PUT", path, here.teacher, json={"criteria": CRITERIA})


async def test_what_decides_an_outcome_is_frozen_by_the_first_submission(assay: Assay) -> None:
    here = await rubric(assay)
    await hand_in(assay, here)
    for change in ({"reveal": "after_deadline"}, {"encourage": True}, {"instructions": "Write more."}):
        await assay.refused("assignment_locked", "PATCH", here.own, here.teacher, json=change)


async def test_a_text_without_a_rubric_has_an_outcome_without_items(assay: Assay) -> None:
    bare: dict[str, Any] = {"rubric": None, "instructions": "Write about tin. Maximum score: 20 points."}
    here = await rubric(assay, **bare)
    shown = await assay.ask("GET", here.own + "/rubric", await assay.teacher("Ulla"))
    assert shown == {"criteria": [], "max_score": 20}
    handed_in = (await hand_in(assay, here))["submission"]
    assert handed_in["outcome"]["items"] == []
    assert (handed_in["outcome"]["score"], handed_in["outcome"]["is_llm_generated"]) == (handed_in["score"], True)
    path = f"/teacher/submissions/{handed_in['id']}"
    await assay.refused("not_found", "PATCH", path, here.teacher, json={"answers": {"1": {"score": 3}}})


async def test_a_rubric_is_marked_with_a_key_and_its_maximum_is_what_its_criteria_are_worth(assay: Assay) -> None:
    here = await rubric(assay)
    await assay.refused("criteria_add_up", "PATCH", here.own, here.teacher, json={"max_score": 25})
    other = {"instructions": "Write about gold. Maximum score: 30 points."}
    assert (await assay.refused("max_score_unclear", "PATCH", here.own, here.teacher, json=other))["stated"] == 30
    for provider in ("openai", "anthropic"):
        await assay.ask("DELETE", f"/teacher/api-keys/{provider}", here.teacher, 204)
    await assay.refused("api_key_missing", "POST", here.path + "/submission", here.student, json={"content": ESSAY})
    assert (await assay.ask("PUT", here.own + "/rubric", here.teacher, json={"criteria": CRITERIA[:2]}))[
        "max_score"
    ] == 16


async def test_outcomes_are_revealed_by_a_release(assay: Assay) -> None:
    here = await rubric(assay, reveal="after_deadline")
    handed_in = (await hand_in(assay, here))["submission"]
    assert handed_in["outcome"] is None
    released = await assay.ask("POST", here.own + "/release", here.teacher)
    assert released["released_at"]
    assert await assay.ask("POST", here.own + "/release", here.teacher) == released
    seen = (await assay.ask("GET", here.path, here.student))["submission"]
    assert seen["outcome"]["items"][0]["title"] == "Facts"
    assert seen == await assay.ask("GET", here.path + "/submission", here.student)
    await assay.refused("not_found", "POST", here.own + "/release", await assay.teacher("Ulla"))


async def test_a_teacher_sees_where_each_student_stands(assay: Assay) -> None:
    here = await rubric(assay)
    path = here.own + "/students"
    page = await assay.ask("GET", path, here.teacher)
    assert [(one["student"]["name"], one["state"], one["score"]) for one in page["items"]] == [("Anna", "open", None)]
    assert (await assay.ask("GET", path, here.teacher, params={"state": "graded"}))["items"] == []
    handed_in = (await hand_in(assay, here))["submission"]
    page = await assay.ask("GET", path, here.teacher, params={"state": "graded"})
    assert [(one["state"], one["score"], one["submitted_at"]) for one in page["items"]] == [
        ("graded", handed_in["score"], handed_in["submitted_at"])
    ]
    await assay.refused("validation_failed", "GET", path, here.teacher, params={"state": "lost"})


async def test_the_general_instructions_of_a_class_stand_in_front_of_each_new_assignment(assay: Assay) -> None:
    here = await rubric(assay)
    group = f"/teacher/classes/{here.class_id}"
    changed = await assay.ask("PATCH", group, here.teacher, json={"instructions": "Write in whole sentences."})
    assert (changed["name"], changed["instructions"]) == ("9B", "Write in whole sentences.")
    renamed = await assay.ask("PATCH", group, here.teacher, json={"name": "9C"})
    assert (renamed["name"], renamed["instructions"]) == ("9C", "Write in whole sentences.")
    seen = (await assay.ask("GET", "/student/classes", here.student))["items"]
    assert [(one["name"], one["instructions"], one["teacher"]["name"]) for one in seen] == [
        ("9C", "Write in whole sentences.", "Tove")
    ]
    made = (await upload(assay, here.teacher, class_id=here.class_id))["assignment"]
    assert made["general_instructions"] == "Write in whole sentences."
    await assay.ask("PATCH", group, here.teacher, json={"instructions": None})
    assert (await assay.ask("GET", here.own, here.teacher))["general_instructions"] is None
    await hand_in(assay, here._replace(assignment=made))
    assert "Write in whole sentences.\\n\\nWrite about gold." in json.dumps(assay.asked[0][2])
    bare: dict[str, Any] = {"instructions": "Write about tin. Maximum score: 20 points.", "rubric": None}
    await assay.ask("PATCH", group, here.teacher, json={"instructions": "Be kind."})
    made = (await upload(assay, here.teacher, class_id=here.class_id, **bare))["assignment"]
    await hand_in(assay, here._replace(assignment=made))
    assert ["Be kind.\\n\\nWrite about tin." in json.dumps(body) for _, _, body in assay.asked[1:]] == [True, True]


async def test_the_gradebook_has_a_column_for_each_criterion_when_asked(assay: Assay) -> None:
    here = await rubric(assay, title="Gold")
    twice = [{"title": "Facts", "prompt": "a", "max_score": 1}, {"title": "facts", "prompt": "b", "max_score": 1}]
    await upload(assay, here.teacher, title="Gold", rubric=twice)
    await hand_in(assay, here, f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]]")
    path, csv = f"/teacher/classes/{here.class_id}/gradebook", {"Accept": "text/csv"}
    plain = await assay.ask("GET", path, here.teacher, headers=csv)
    assert plain.splitlines()[0].removeprefix("\ufeff") == '"student","email","Gold","Gold (2)","total"'
    book = await assay.ask("GET", path, here.teacher, headers=csv, params={"criteria": "true"})
    heads, anna = book.removeprefix("\ufeff").splitlines()
    assert heads == (
        '"student","email","Gold","Gold: Facts","Gold: History","Gold: Language",'
        '"Gold (2)","Gold: Facts (2)","Gold: facts (3)","total"'
    )
    assert anna == '"Anna","anna@school.example",9,4,3,2,,,,9'


async def test_a_rubric_is_built_when_it_is_asked_for(assay: Assay) -> None:
    instructions = "Write about gold.\n- Facts: 12 points\n- Language: 8 points\nMaximum score: 20 points."
    here = await rubric(assay, rubric="generate", instructions=instructions)
    assert len(assay.asked) == 1
    assert here.assignment["max_score"] == 20
    assert here.assignment["correction_template"].startswith("1. ")
    items = (await hand_in(assay, here))["submission"]["outcome"]["items"]
    assert (len(items), sum(item["max_score"] for item in items)) == (2, 20)


async def test_criteria_that_do_not_add_up_are_a_rejected_answer_and_leave_nothing(assay: Assay) -> None:
    teacher = await assay.teacher()
    answer = json.dumps({"max_score": 20, "criteria": [{"title": "a", "prompt": "b", "max_score": 19, "levels": []}]})
    sent = {
        "instructions": f"Write about gold. Maximum score: 20 points. [[sim:answer={quote(answer)}]]",
        "deadline": LATER,
        "rubric": "generate",
    }
    await assay.refused("ai_unavailable", "POST", "/teacher/assignments", teacher, json=sent)
    assert len(assay.asked) == 4
    assert (await assay.ask("GET", "/teacher/assignments", teacher))["items"] == []
