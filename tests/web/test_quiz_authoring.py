"""Teachers write quizzes: the database says by name what is wrong with a question."""

from typing import Any

import pytest

from tests.web.conftest import LATER, Assay, School
from tests.web.questions import CHOICE, CHOICES, GAPS, KINDS, MATCHING, NUMBER, OPEN, ORDERING, SHORT, made, quiz


async def test_a_quiz_of_every_kind_is_made_at_once_and_seen_once_it_is_published(assay: Assay, school: School) -> None:
    one = await made(assay, school, *KINDS, reveal="at_once", attempts=3)
    assert (one["takes"], one["max_score"], one["published_at"], one["attempts"]) == ("answers", 16, None, 3)
    path, theirs = f"/teacher/assignments/{one['id']}", f"/student/assignments/{one['id']}"
    await assay.refused("not_found", "GET", theirs, school.student)
    colleague = await assay.teacher("Ture")
    await assay.refused("not_found", "GET", path, colleague)
    assert (await assay.ask("GET", "/teacher/assignments", colleague))["items"][0]["id"] == school.assignment["id"]
    published = await assay.ask("POST", f"{path}/publish", school.teacher)
    assert await assay.ask("POST", f"{path}/publish", school.teacher) == published
    assert (await assay.ask("GET", theirs, school.student))["max_score"] == 16
    assert len((await assay.ask("GET", f"{theirs}/questions", school.student))["items"]) == 8
    assert assay.asked == []
    await assay.refused("not_found", "GET", f"{path}/questions", colleague)
    await assay.refused("not_found", "POST", f"{path}/publish", colleague)


async def test_a_teacher_reads_questions_as_they_were_written(assay: Assay, school: School) -> None:
    one = await made(assay, school, *KINDS)
    items = (await assay.ask("GET", f"/teacher/assignments/{one['id']}/questions", school.teacher))["items"]
    for number, (sent, found) in enumerate(zip(KINDS, items, strict=True), 1):
        assert (found["number"], found["approved"], found["voided"], found["partial"]) == (number, True, False, True)
        parts = next(name for name in ("options", "pairs", "lines", "gaps", "accepted", "levels") if name in sent)
        for was, now in zip(sent[parts], found[parts], strict=True):
            if isinstance(was, dict):
                assert {k: str(v) if k == "value" else v for k, v in was.items()}.items() <= now.items()
            else:
                assert now == was
    assert (items[-1]["guide"], items[-1]["solution"]) == (OPEN["guide"], OPEN["solution"])


async def test_a_quiz_with_open_questions_is_published_by_who_has_a_key(assay: Assay, school: School) -> None:
    for provider in ("openai", "anthropic"):
        await assay.ask("DELETE", f"/teacher/api-keys/{provider}", school.teacher, 204)
    for questions in ([SHORT, OPEN], [SHORT]):
        path = f"/teacher/assignments/{(await made(assay, school, *questions))['id']}"
        if OPEN in questions:
            await assay.refused("api_key_missing", "POST", f"{path}/publish", school.teacher)
            assert (await assay.ask("GET", path, school.teacher))["published_at"] is None
        else:
            await assay.ask("POST", f"{path}/publish", school.teacher)


async def test_a_question_is_added_until_somebody_hands_in(assay: Assay, school: School) -> None:
    one = await made(assay, school)
    path = f"/teacher/assignments/{one['id']}"
    assert one["max_score"] == 0
    await assay.refused("nothing_to_publish", "POST", f"{path}/publish", school.teacher)
    added = await assay.ask("POST", f"{path}/questions", school.teacher, 201, json=SHORT)
    assert (added["number"], added["kind"], added["approved"]) == (1, "short", True)
    assert (await assay.ask("GET", path, school.teacher))["max_score"] == 2
    await assay.ask("POST", f"{path}/publish", school.teacher)
    sent = {"answers": {"1": "Gold"}}
    handed_in = await assay.ask("POST", f"/student/assignments/{one['id']}/submission", school.student, 201, json=sent)
    assert (handed_in["submission"]["score"], handed_in["submission"]["max_score"]) == (2, 2)
    await assay.refused("assignment_locked", "POST", f"{path}/questions", school.teacher, json=SHORT)


@pytest.mark.parametrize(
    ("rule", "question"),
    [
        ("one_right_option", CHOICE | {"options": [{"text": "a"}, {"text": "b"}]}),
        ("one_right_option", CHOICE | {"options": [{"text": "a", "right": True}, {"text": "b", "right": True}]}),
        ("some_right_option", CHOICES | {"options": [{"text": "a", "right": True}, {"text": "b", "right": True}]}),
        ("pairs_missing", MATCHING | {"pairs": [{"left": "a", "right": "b"}]}),
        ("lines_missing", ORDERING | {"lines": [{"text": "a", "place": 1}, {"text": "b"}]}),
        ("gaps_do_not_match", GAPS | {"prompt": "{{1}}"}),
        ("accepted_missing", SHORT | {"accepted": []}),
        ("number_unreadable", NUMBER | {"accepted": [{"value": "much"}]}),
        ("option_says_nothing", SHORT | {"accepted": [{"text": " "}]}),
        ("options_alike", SHORT | {"accepted": [{"text": "Gold"}, {"text": " gold "}]}),
        ("options_at_most", SHORT | {"accepted": [{"text": str(n)} for n in range(21)]}),
        ("key_does_not_score", SHORT | {"accepted": [{"text": "gold", "score": 1}]}),
        ("prompt_not_blank", SHORT | {"prompt": " "}),
        ("guide_missing", OPEN | {"guide": "\t"}),
        ("levels_end_at_maximum", OPEN | {"levels": [{"score": 0, "text": "no"}, {"score": 1, "text": "yes"}]}),
        ("option_says_nothing", OPEN | {"levels": [{"score": 0, "text": " "}, {"score": 2, "text": "yes"}]}),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused_by_its_rule(
    assay: Assay, school: School, rule: str, question: dict[str, Any]
) -> None:
    sent = quiz(SHORT, question)
    body = await assay.ask("POST", "/teacher/assignments", school.teacher, 422, json=sent)
    assert body["error"]["code"] == rule
    one = await made(assay, school)
    path = f"/teacher/assignments/{one['id']}/questions"
    body = await assay.ask("POST", path, school.teacher, 422, json=question)
    assert body["error"]["code"] == rule
    assert (await assay.ask("GET", path, school.teacher))["items"] == []


@pytest.mark.parametrize(
    ("rule", "field", "sent"),
    [
        ("takes_known", "takes", {"takes": "pictures", "title": "A quiz", "deadline": LATER}),
        ("attempts_in_range", "attempts", quiz(SHORT, attempts=0)),
        ("reveal_known", "reveal", quiz(SHORT, reveal="never")),
        ("too_many_questions", "questions", quiz(*[SHORT] * 101)),
        ("question_kind_known", "questions.1", quiz(SHORT, {"kind": "drawing", "prompt": "Draw.", "max_score": 1})),
        ("question_score_in_range", "questions.0.max_score", quiz(SHORT | {"max_score": 1_001})),
        ("question_title_readable", "questions.0.title", quiz(SHORT | {"title": "\u2028"})),
        ("question_text_not_huge", "questions.0.explanation", quiz(SHORT | {"explanation": "x" * 10_001})),
        ("prompt_not_blank", "questions.0.prompt", quiz(SHORT | {"prompt": "x" * 10_001})),
        ("bloom_known", "questions.0.bloom", quiz(SHORT | {"bloom": "guess"})),
        ("option_not_huge", "questions.0.accepted.0.text", quiz(SHORT | {"accepted": [{"text": "x" * 2_001}]})),
        (
            "option_score_in_range",
            "questions.0.accepted.0.score",
            quiz(SHORT | {"accepted": [{"text": "x", "score": -1}]}),
        ),
        ("options_at_most", "questions.0.accepted", quiz(SHORT | {"accepted": [{"text": str(n)} for n in range(51)]})),
    ],
)
async def test_what_is_beyond_its_bounds_is_refused_by_the_rule_and_at_its_field(
    assay: Assay, school: School, rule: str, field: str, sent: dict[str, Any]
) -> None:
    details = await assay.refused(rule, "POST", "/teacher/assignments", school.teacher, json=sent)
    assert [(one["field"], one["type"]) for one in details["errors"]] == [(field, rule)]


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("max_score", quiz(SHORT, max_score=5)),
        ("rubric", quiz(SHORT, rubric="generate")),
        ("title", {"takes": "answers", "deadline": LATER}),
        ("instructions", {"title": "A text", "deadline": LATER}),
        ("questions.0.guide", quiz({"kind": "open", "prompt": "Why?", "max_score": 1})),
        ("attempts", quiz(SHORT, attempts="2")),
    ],
)
async def test_what_does_not_go_with_answers_is_refused_at_its_field(
    assay: Assay, school: School, field: str, sent: dict[str, Any]
) -> None:
    details = await assay.refused("validation_failed", "POST", "/teacher/assignments", school.teacher, json=sent)
    assert [one["field"] for one in details["errors"]] == [field]


async def test_more_attempts_need_feedback_at_once(assay: Assay, school: School) -> None:
    sent = quiz(SHORT, attempts=2)
    await assay.refused("attempts_need_feedback", "POST", "/teacher/assignments", school.teacher, json=sent)
    essay = {"instructions": "Write. Maximum: 5 points.", "deadline": LATER, "reveal": "at_once"}
    await assay.refused("at_once_needs_answers", "POST", "/teacher/assignments", school.teacher, json=essay)
