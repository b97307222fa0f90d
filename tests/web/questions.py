"""Questions as teachers send them, one of each kind, and quizzes made of them."""

from typing import Any

from tests.web.conftest import LATER, Assay, School

CHOICE = {"kind": "choice", "prompt": "Is gold heavy?", "max_score": 2,
          "options": [{"text": "yes", "right": True}, {"text": "no", "feedback": "Lift some."}]}  # fmt: skip
CHOICES = {"kind": "choices", "prompt": "Which are metals?", "max_score": 2, "options": [
    {"text": "gold", "right": True}, {"text": "iron", "right": True}, {"text": "wood"}]}  # fmt: skip
MATCHING = {"kind": "matching", "prompt": "Match.", "max_score": 2, "pairs": [
    {"left": "Au", "right": "gold"}, {"left": "Fe", "right": "iron"}, {"right": "wood"}]}  # fmt: skip
ORDERING = {"kind": "ordering", "prompt": "Order.", "max_score": 2, "lines": [
    {"text": "dig", "place": 1}, {"text": "melt", "place": 2, "indent": 1}, {"text": "never"}]}  # fmt: skip
GAPS = {"kind": "gaps", "prompt": "{{1}} is Au, {{2}} is Fe.", "max_score": 2, "gaps": [["gold"], ["iron", "steel"]]}
SHORT = {
    "kind": "short",
    "prompt": "Au?",
    "max_score": 2,
    "accepted": [{"text": "gold"}, {"text": "metal", "score": 1}],
}
NUMBER = {"kind": "number", "prompt": "How dense?", "max_score": 2,
          "accepted": [{"value": 19.3, "tolerance": 0.1}, {"value": "19", "score": 1}]}  # fmt: skip
OPEN = {"kind": "open", "prompt": "Why is gold dear?", "max_score": 2, "guide": "Says that it is rare.",
        "solution": "It is rare.", "levels": [{"score": 0, "text": "no"}, {"score": 2, "text": "yes"}]}  # fmt: skip
KINDS: list[dict[str, Any]] = [CHOICE, CHOICES, MATCHING, ORDERING, GAPS, SHORT, NUMBER, OPEN]


def quiz(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"takes": "answers", "title": "Metals", "deadline": LATER, "questions": list(questions)} | more


async def made(assay: Assay, school: School, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A quiz that was not published yet."""
    sent = quiz(*questions, class_id=school.class_id, **more)
    answer: dict[str, Any] = await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent)
    return answer["assignment"]  # type: ignore[no-any-return]
