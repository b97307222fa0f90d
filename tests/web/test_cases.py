"""Cases over HTTP: made, tried by models, marked by their teacher, compared, and promoted."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.web.cases import done
from tests.web.conftest import PLAIN, Assay, School
from tests.web.rubrics import ESSAY, LATER, Rubric, coins, hand_in, history, rubric

LUNA = {"provider": "openai", "model": "gpt-6-luna"}
SONNET = {"provider": "anthropic", "model": "claude-sonnet-4-6"}
GOOD = {"1": {"score": 7, "reason": "Heavy, soft."}, "2": {"score": 4}, "3": {"score": 2}}
LEDGER = "select count(*), md5(coalesce(string_agg(l::text, '|' order by l.id), '')) from assay.coin_ledger l"


async def brought(assay: Assay, here: Rubric, content: str | None = ESSAY) -> str:
    """A case of a text that the teacher brings."""
    sent = {"label": "Old essay"} | ({} if content is None else {"content": content})
    made = await assay.ask("POST", here.own + "/cases", here.teacher, 201, json=sent)
    return str(made["cases"][0]["id"])


async def tried(assay: Assay, teacher: str, case: str, *models: dict[str, str], tries: int = 1) -> dict[str, Any]:
    """The case after its tries."""
    path = f"/teacher/cases/{case}"
    wanted = {"models": models or [LUNA], "tries": tries}
    assert await assay.ask("POST", path + "/tries", teacher, 202, json=wanted) == {"tries": tries * len(models or [0])}
    return await done(assay, teacher, case)


def ledger(assay: Assay) -> Any:
    with psycopg.connect(assay.url) as admin:
        return admin.execute(LEDGER).fetchone()


async def test_a_text_that_was_brought_is_tried_marked_and_compared(assay: Assay) -> None:
    here = await rubric(assay)
    before = ledger(assay)
    case = await brought(assay, here, None)
    path = f"/teacher/cases/{case}"
    shown = await assay.ask("GET", path, here.teacher)
    assert (shown["status"], shown["content"], shown["tries"]) == ("created", None, [])
    assert [(q["number"], q["max_score"], q["answer"]) for q in shown["questions"]] == [
        (1, 10, None),
        (2, 6, None),
        (3, 4, None),
    ]
    await assay.refused("case_is_empty", "POST", path + "/tries", here.teacher, json={"models": [LUNA], "tries": 1})
    await assay.refused("case_is_empty", "PUT", path + "/marks", here.teacher, json={"marks": GOOD})
    await assay.ask("PUT", path + "/content", here.teacher, content="Something.", headers=PLAIN)
    shown = await assay.ask("PUT", path + "/content", here.teacher, content=ESSAY, headers=PLAIN)
    assert shown["content"] == ESSAY

    marked = await assay.ask("PUT", path + "/marks", here.teacher, json={"marks": GOOD})
    assert marked["human_total"] == 13
    assert marked["tries"][0]["blind"] is True
    assert [m["score"] for m in marked["human_marks"]] == [7, 4, 2]
    after = await tried(assay, here.teacher, case, LUNA, SONNET, tries=3)
    await assay.refused("case_is_final", "PUT", path + "/content", here.teacher, content="Else.", headers=PLAIN)
    machines = [one for one in after["tries"] if one["model"]]
    assert sorted((one["model"], one["number"]) for one in machines) == sorted(
        (model["model"], number) for model in (LUNA, SONNET) for number in (1, 2, 3)
    )
    for one in machines:
        assert one["total"] == sum(mark["score"] for mark in one["marks"])
        assert one["difference"] == one["total"] - 13
        assert [mark["difference"] for mark in one["marks"]] == [
            m["score"] - g for m, g in zip(one["marks"], (7, 4, 2), strict=True)
        ]
        start, end = one["marks"][0]["evidence"][0].values()
        assert ESSAY[start:end]
    rows = (await assay.ask("GET", here.own + "/agreement", here.teacher))["items"]
    total = next(row for row in rows if row["model"] == LUNA["model"] and row["question_number"] is None)
    assert (total["n"], total["cases"], total["spread"], total["enough"], total["is_current"]) == (3, 1, 0, False, True)
    assert total["bias"] == machines[0]["total"] - 13
    assert total["blind_n"] == 3
    assert len(rows) == 2 * 4 + 4  # each model, and the teacher, whom nobody can be compared with yet

    again = await assay.ask("PUT", path + "/marks", here.teacher, json={"marks": {**GOOD, "1": {"score": 9}}})
    mine = [one for one in again["tries"] if one["teacher"]]
    assert [(one["number"], one["total"], one["blind"]) for one in mine] == [(1, 15, False)]
    assert ledger(assay) == before
    listed = await assay.ask("GET", here.own + "/cases", here.teacher)
    assert [one["id"] for one in listed["items"]] == [case]
    assert listed["items"][0]["tries"] == again["tries"]
    await assay.ask("DELETE", path, here.teacher, 204)
    await assay.refused("not_found", "GET", path, here.teacher)


async def test_a_teacher_finds_the_models_that_a_try_may_name(assay: Assay) -> None:
    here = await rubric(assay)
    listed = (await assay.ask("GET", "/teacher/models", here.teacher))["items"]
    named = [{name: one[name] for name in ("provider", "model")} for one in listed]
    assert LUNA in named
    assert SONNET in named
    assert {one["key_stored"] for one in listed} == {True}
    case = await brought(assay, here)
    for one in named:
        await assay.ask("POST", f"/teacher/cases/{case}/tries", here.teacher, 202, json={"models": [one], "tries": 1})
    other = (await assay.ask("GET", "/teacher/models", await assay.teacher("Ulf", keys=False)))["items"]
    assert other == [one | {"key_stored": False} for one in listed]
    await assay.refused("wrong_role", "GET", "/teacher/models", here.student)


async def test_submissions_become_cases_once_all_or_none(assay: Assay) -> None:
    here = await rubric(assay)
    submission = (await hand_in(assay, here))["submission"]["id"]
    path = here.own + "/cases"
    await assay.refused("not_found", "POST", path, here.teacher, json={"submission_ids": [submission, str(uuid4())]})
    assert (await assay.ask("GET", path, here.teacher))["items"] == []
    made = await assay.ask("POST", path, here.teacher, 201, json={"submission_ids": [submission]})
    assert [(one["label"], one["status"]) for one in made["cases"]] == [("Case 1", "created")]
    await assay.refused("case_known_already", "POST", path, here.teacher, json={"submission_ids": [submission]})
    shown = await tried(assay, here.teacher, made["cases"][0]["id"])
    assert (shown["content"], shown["hidden"], shown["submission_id"]) == (ESSAY, None, submission)
    marked = await assay.ask("PUT", f"/teacher/cases/{shown['id']}/marks", here.teacher, json={"marks": GOOD})
    assert [one["blind"] for one in marked["tries"] if one["teacher"]] == [False]
    assert (await assay.ask("POST", path, here.teacher, 201, json={"draw": 5}))["cases"] == []
    await assay.ask("POST", path, here.teacher, 201, json={"label": "Case 7", "content": ESSAY})
    await assay.ask("DELETE", f"/teacher/cases/{shown['id']}", here.teacher, 204)
    again = await assay.ask("POST", path, here.teacher, 201, json={"draw": 1})
    assert [one["label"] for one in again["cases"]] == ["Case 8"]


async def test_what_was_drawn_is_hidden_from_its_teacher_in_every_route_until_they_have_marked_it(assay: Assay) -> None:
    here = await rubric(assay)
    made = (await hand_in(assay, here))["submission"]
    one = f"/teacher/submissions/{made['id']}"
    student = (await assay.ask("GET", one, here.teacher))["student"]["id"]
    disputed = {"text": "I wrote more than that."}
    await assay.ask("POST", here.path + "/regrade-requests", here.student, 201, json=disputed)
    case = (await assay.ask("POST", here.own + "/cases", here.teacher, 201, json={"draw": 3}))["cases"][0]["id"]
    await tried(assay, here.teacher, case)

    async def seen() -> list[Any]:
        gradebook = await assay.ask("GET", f"/teacher/classes/{here.class_id}/gradebook", here.teacher)
        csv = await assay.ask("GET", f"/teacher/classes/{here.class_id}/gradebook", here.teacher,
                              params={"criteria": "true"}, headers={"Accept": "text/csv"})  # fmt: skip
        full = await assay.ask("GET", one, here.teacher)
        return [
            full["score"], full["original_score"], full["outcome"] and full["outcome"]["score"],
            (await assay.ask("GET", here.own + "/submissions", here.teacher))["items"][0]["score"],
            (await assay.ask("GET", f"/teacher/students/{student}/submissions", here.teacher))["items"][0]["score"],
            (await assay.ask("GET", f"/teacher/students/{student}/scores", here.teacher))["items"][0]["score"],
            (await assay.ask("GET", here.own + "/students", here.teacher))["items"][0]["score"],
            gradebook["students"][0]["scores"][here.assignment["id"]], gradebook["students"][0]["total"] or None,
            (await assay.ask("GET", here.own + "/regrade-requests", here.teacher))["items"][0]["score_before"],
            next((past["score"] for past in (await assay.ask("GET", one + "/history", here.teacher))["items"]), None),
            csv.splitlines()[1].split(",")[2] or None,
            (await assay.ask("GET", f"/teacher/cases/{case}", here.teacher))["tries"] and made["score"],
            (await assay.ask("GET", here.own + "/cases", here.teacher))["items"][0]["tries"] and made["score"],
        ]  # fmt: skip

    assert [*map(str, await seen())] == ["None"] * 14
    assert (await assay.ask("GET", one, here.teacher))["hidden"] == "until_marked"
    shown = await assay.ask("GET", f"/teacher/cases/{case}", here.teacher)
    assert (shown["hidden"], shown["status"], shown["human_total"]) == ("until_marked", "done", None)
    assert (await assay.ask("GET", here.path, here.student))["score"] == made["score"]  # the student sees their own
    marked = await assay.ask("PUT", f"/teacher/cases/{case}/marks", here.teacher, json={"marks": GOOD})
    assert (marked["hidden"], [one["blind"] for one in marked["tries"] if one["teacher"]]) == (None, [True])
    assert [*map(str, await seen())] == [str(made["score"])] * 14
    assert (await assay.ask("GET", one, here.teacher))["hidden"] is None


async def test_a_case_that_is_given_up_hides_nothing(assay: Assay) -> None:
    here = await rubric(assay)
    made = (await hand_in(assay, here))["submission"]
    case = (await assay.ask("POST", here.own + "/cases", here.teacher, 201, json={"draw": 1}))["cases"][0]["id"]
    one = f"/teacher/submissions/{made['id']}"
    assert (await assay.ask("GET", one, here.teacher))["score"] is None
    await assay.ask("DELETE", f"/teacher/cases/{case}", here.teacher, 204)
    assert (await assay.ask("GET", one, here.teacher))["score"] == made["score"]


async def test_the_single_number_is_compared_as_a_total(assay: Assay, school: School) -> None:
    own = f"/teacher/assignments/{school.assignment['id']}"
    sent = {"label": "Brought", "content": ESSAY}
    case = (await assay.ask("POST", own + "/cases", school.teacher, 201, json=sent))["cases"][0]["id"]
    path = f"/teacher/cases/{case}"
    await assay.refused("not_found", "PUT", path + "/marks", school.teacher, json={"marks": {"1": {"score": 3}}})
    await assay.refused("marks_missing", "PUT", path + "/marks", school.teacher, json={"marks": {}})
    above = {"marks": {"total": {"score": 21}}}
    assert await assay.refused("mark_in_range", "PUT", path + "/marks", school.teacher, json=above) == {"max_score": 20}
    await assay.ask("PUT", path + "/marks", school.teacher, json={"marks": {"total": {"score": 10}}})
    shown = await tried(assay, school.teacher, case)
    assert (shown["human_total"], shown["human_marks"], shown["questions"]) == (10, [], [])
    rows = (await assay.ask("GET", own + "/agreement", school.teacher))["items"]
    assert [(one["question_number"], one["model"], one["n"]) for one in rows] == [
        (None, "gpt-6-luna", 1),
        (None, None, 0),
    ]


async def test_marks_of_a_person_are_whole_and_in_range(assay: Assay) -> None:
    here = await rubric(assay)
    path = f"/teacher/cases/{await brought(assay, here)}/marks"
    for wrong, code in (
        ({"1": {"score": 7}}, "marks_missing"),
        ({**GOOD, "1": {"score": 11}}, "mark_in_range"),
        ({**GOOD, "1": {"score": -1}}, "mark_in_range"),
        ({**GOOD, "3": {"score": 3}}, "score_is_a_level"),
        ({**GOOD, "4": {"score": 3}}, "not_found"),
        ({"total": {"score": 3}}, "not_found"),
        ({"first": {"score": 3}}, "validation_failed"),
    ):
        await assay.refused(code, "PUT", path, here.teacher, json={"marks": wrong})


async def test_models_and_tries_have_their_limits(assay: Assay) -> None:
    here = await rubric(assay)
    path = f"/teacher/cases/{await brought(assay, here)}/tries"

    async def no(code: str, *models: dict[str, str], tries: int = 1) -> dict[str, Any]:
        return await assay.refused(code, "POST", path, here.teacher, json={"models": models, "tries": tries})

    unknown = {"models": [{"provider": "openai", "model": "gpt-0"}], "tries": 1}
    assert await assay.refused("model_unknown", "POST", path, here.teacher, json=unknown) == {
        "provider": "openai",
        "model": "gpt-0",
    }
    await no("model_unknown", {"provider": "mistral", "model": "large"})
    assert (await no("tries_at_most", LUNA, tries=11))["most"] == 10
    await no("validation_failed", tries=1)
    await no("validation_failed", LUNA, tries=0)
    await assay.ask("POST", path, here.teacher, 202, json={"models": [LUNA, LUNA], "tries": 6})
    await no("tries_at_most", LUNA, tries=5)
    await assay.ask("POST", path, here.teacher, 202, json={"models": [LUNA], "tries": 4})
    with psycopg.connect(assay.url, autocommit=True) as admin:
        add = "insert into assay.ai_models (provider, model, rank)"
        admin.execute(f"{add} select 'openai', 'm' || n, n from generate_series(1, 10) n".encode())
    ten = [{"provider": "openai", "model": f"m{n}"} for n in range(1, 11)]
    assert (await no("tries_at_most", *ten))["most"] == 10
    await assay.ask("DELETE", "/teacher/api-keys/anthropic", here.teacher, 204)
    assert await no("api_key_missing", SONNET) == {"provider": "anthropic"}


async def test_two_thousand_unfinished_tries_are_the_most_of_a_teacher(assay: Assay) -> None:
    here = await rubric(assay)
    await brought(assay, here)
    with psycopg.connect(assay.url, autocommit=True) as admin:
        admin.execute("alter table assay.tries disable trigger enqueue_try")
        admin.execute("insert into assay.cases (assignment_id, label, content)"
                      " select %s, 'C', 'Words.' from generate_series(1, 199)", [here.assignment["id"]])  # fmt: skip
        admin.execute("insert into assay.tries (case_id, number, provider, model)"
                      " select id, n, 'openai', 'gpt-4o' from assay.cases, generate_series(1, 9) n")  # fmt: skip
    all_of_them = here.own + "/tries"
    refused = await assay.refused(
        "tries_at_most", "POST", all_of_them, here.teacher, json={"models": [LUNA, SONNET], "tries": 1}
    )
    assert refused["most"] == 2000
    assert await assay.ask("POST", all_of_them, here.teacher, 202, json={"models": [LUNA], "tries": 1}) == {
        "tries": 200
    }
    await assay.refused("cases_at_most", "POST", here.own + "/cases", here.teacher, json={"label": "One more"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"label": "A", "draw": 3},
        {"content": "A"},
        {"draw": 0},
        {"submission_ids": []},
        {"label": " "},
        {"draw": 1, "content": "x"},
    ],
    ids=range(7),
)
async def test_a_case_is_asked_for_in_one_of_three_ways(assay: Assay, school: School, body: dict[str, Any]) -> None:
    path = f"/teacher/assignments/{school.assignment['id']}/cases"
    await assay.refused("validation_failed", "POST", path, school.teacher, json=body)


async def test_a_quiz_without_open_questions_has_no_cases(assay: Assay, school: School) -> None:
    question = {"kind": "short", "prompt": "Why?", "max_score": 1, "accepted": [{"text": "so"}]}
    sent = {"takes": "answers", "title": "Quiz", "deadline": LATER, "questions": [question]}
    made = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"]["id"]
    await assay.refused(
        "case_needs_ai_kinds", "POST", f"/teacher/assignments/{made}/cases", school.teacher, json={"draw": 1}
    )


async def test_cases_are_their_teachers_alone(assay: Assay) -> None:
    here = await rubric(assay)
    case = f"/teacher/cases/{await brought(assay, here)}"
    other = await assay.teacher("Ulla")
    for verb, path, sent in (
        ("GET", case, {}),
        ("DELETE", case, {}),
        ("PUT", case + "/content", {"content": "x", "headers": PLAIN}),
        ("PUT", case + "/marks", {"json": {"marks": GOOD}}),
        ("POST", case + "/tries", {"json": {"models": [LUNA], "tries": 1}}),
        ("POST", here.own + "/cases", {"json": {"draw": 1}}),
        ("GET", here.own + "/cases", {}),
        ("GET", here.own + "/agreement", {}),
        ("POST", here.own + "/tries", {"json": {"models": [LUNA], "tries": 1}}),
        ("POST", here.own + "/cases/promote", {"json": {**LUNA, "prompt_version": "x", "reason": "y"}}),
    ):
        await assay.refused("not_found", verb, path, other, **sent)
        await assay.refused("wrong_role", verb, path, here.student, **sent)


async def test_a_job_of_a_try_names_its_case(assay: Assay) -> None:
    here = await rubric(assay)
    case = await brought(assay, here)
    shown = await tried(assay, here.teacher, case)
    job = await assay.ask("GET", f"/teacher/jobs/{shown['tries'][0]['id']}", here.teacher)
    assert (job["kind"], job["status"], job["case_id"]) == ("try", "succeeded", case)
    await assay.refused("not_found", "GET", f"/student/jobs/{job['id']}", here.student)


async def test_a_models_tries_become_the_results_and_what_a_person_gave_stays(assay: Assay) -> None:
    here = await rubric(assay)
    first = (await hand_in(assay, here))["submission"]
    ben = await assay.student("Ben")
    me = await assay.ask("GET", "/auth/me", ben)
    await assay.ask(
        "POST", f"/teacher/classes/{here.class_id}/students", here.teacher, json={"student_ids": [me["id"]]}
    )
    second = (
        await assay.ask("POST", here.path + "/submission", ben, 201, json={"content": ESSAY + " Much more of it."})
    )["submission"]
    await assay.ask("PATCH", f"/teacher/submissions/{second['id']}", here.teacher, json={"score": 20})
    await assay.ask("PATCH", f"/teacher/submissions/{first['id']}", here.teacher, json={"answers": {"2": {"score": 6}}})
    await assay.ask(
        "POST", here.own + "/cases", here.teacher, 201, json={"submission_ids": [first["id"], second["id"]]}
    )
    key = "sk-sim-openai-sim:bias=3"  # this model marks three coins higher
    await assay.ask("PUT", "/teacher/api-keys/openai", here.teacher, json={"key": key})
    await assay.ask("POST", here.own + "/tries", here.teacher, 202, json={"models": [LUNA], "tries": 2})
    page = (await assay.ask("GET", here.own + "/cases", here.teacher))["items"]
    cases = [await done(assay, here.teacher, one["id"]) for one in page]
    version = cases[0]["tries"][0]["prompt_version"]
    before = await history(assay, here, first["id"])

    said = {**LUNA, "prompt_version": version, "reason": "It agrees better."}
    promote = here.own + "/cases/promote"
    assert await assay.ask("POST", promote, here.teacher, json={**said, "prompt_version": "other"}) == {
        "promoted": 0,
        "skipped": 0,
    }
    await assay.refused("validation_failed", "POST", promote, here.teacher, json={**said, "reason": ""})
    await assay.refused("validation_failed", "POST", promote, here.teacher, json={**said, "reason": " "})
    assert await assay.ask("POST", promote, here.teacher, json=said) == {"promoted": 1, "skipped": 1}

    shown = await assay.ask("GET", here.own + "/cases", here.teacher)
    assert sum(one["promoted_at"] is not None for case in shown["items"] for one in case["tries"]) == 1
    own = next(one for one in cases if one["submission_id"] == first["id"])["tries"][0]["marks"]
    after = (await assay.ask("GET", f"/teacher/submissions/{first['id']}", here.teacher))["outcome"]
    assert [item["score"] for item in after["items"]] == [own[0]["score"], 6, own[2]["score"]]
    assert [item["marked_by"] for item in after["items"]] == ["ai", "teacher", "ai"]
    assert after["items"][0]["evidence"] == own[0]["evidence"] != []
    assert own[0]["score"] > first["outcome"]["items"][0]["score"]
    assert await coins(assay, here.student) == after["score"]
    assert (await history(assay, here, first["id"]))[: len(before)] == before
    assert (await history(assay, here, first["id"]))[-1][1:3] == ("regraded", "teacher")
    assert (await assay.ask("GET", f"/teacher/submissions/{second['id']}", here.teacher))["score"] == 20
    with psycopg.connect(assay.url) as admin:
        assert admin.execute("select count(*) from assay.audit where reason = 'It agrees better.'").fetchone() == (1,)
        assert admin.execute("select * from reporting.coin_drift").fetchall() == []


async def test_figures_of_an_edited_rubric_are_not_todays_and_the_answer_says_so(assay: Assay) -> None:
    here = await rubric(assay)
    case = await brought(assay, here)
    await assay.ask("PUT", f"/teacher/cases/{case}/marks", here.teacher, json={"marks": GOOD})
    await tried(assay, here.teacher, case)
    assert (await assay.ask("GET", here.own + "/agreement", here.teacher))["note"] is None
    with psycopg.connect(assay.url, autocommit=True) as admin:
        admin.execute("update assay.prompts set version = 'edited' where call = 'marking'")
    shown = await assay.ask("GET", here.own + "/agreement", here.teacher)
    assert "earlier prompt" in shown["note"]
    assert {one["is_current"] for one in shown["items"] if one["model"]} == {False}
