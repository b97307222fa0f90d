"""What errors carry in `details`, by code. Whatever refuses makes them; tests hold them to this."""

from collections.abc import Collection, Mapping
from typing import Any, Literal
from uuid import UUID

from app.web.schemas.enumerations import AnswerKind, Provider, Scope
from app.web.schemas.responses import optional, shape

ID = "019b0000-0000-7000-8000-000000000001"
FieldError: Any = shape("FieldError", field=str | None, type=str, message=str)
Problem = Literal[
    "nothing_to_pick", "no_words", "indents", "one_key", "unknown_key", "key_twice", "a_right_for_each_left",
    "a_text_for_each_gap", "one_text", "too_long", "right_not_offered",
]  # fmt: skip
HIGHEST: Mapping[str, Any] = {"max_score": int}


def camel(code: str) -> str:
    """`not_found` -> `NotFound`."""
    return "".join(part.capitalize() for part in code.split("_"))


def details_of(code: str) -> Collection[str]:
    """The names of what stands in its details."""
    return DETAILS[code][0].model_fields if code in DETAILS else ()


# By code: the model of its details, and an example. Codes that are not named here have none that a client can count on.
DETAILS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    code: (shape(f"{camel(code)}Details", **fields), example)
    for code, example, fields in (
        ("not_acceptable", {"offered": ["application/json"]}, {"offered": list[str]}),
        ("already_submitted", {"submission_id": ID}, {"submission_id": optional(UUID), "job_id": optional(UUID)}),
        ("submission_pending", {"job_id": ID}, {"job_id": UUID}),
        ("student_of_others", {"teachers": 2}, {"teachers": int}),
        ("teacher_has_work", {"submissions": 12}, {"submissions": int}),
        ("conflict", {"rule": "class_is_own"}, {"rule": optional(str), "job_id": optional(UUID)}),
        ("case_is_empty", {"case_id": ID}, {"case_id": UUID}),
        ("case_not_marked", {"case_id": ID}, {"case_id": UUID}),
        ("cases_at_most", {"most": 200}, {"most": int}),
        ("precondition_failed", {"etag": '"0fb9dce35a9c5e4a3e5dcd5a26c8d1a7"'}, {"etag": str}),
        ("body_too_large", {"max_bytes": 200_000}, {"max_bytes": int}),
        ("unsupported_media_type", {"accepted": ["application/json"]}, {"accepted": list[str]}),
        ("validation_failed",
         {"errors": [{"field": "deadline", "type": "time", "message": "Write the time as in 2030-01-31T23:59:00Z."}]},
         {"errors": list[FieldError], "rule": optional(str), "max_score": optional(int),
          "student_ids": optional(list[UUID])}),
        ("max_score_unclear", {"job_id": ID, "seen": [10, 20]},
         {"seen": optional(list[int]), "job_id": optional(UUID), "rule": optional(str), "max_score": optional(int),
          "stated": optional(int)}),
        ("api_key_missing", {}, {"provider": optional(Provider), "job_id": optional(UUID)}),
        ("api_key_rejected", {"provider": "openai"}, {"provider": Provider}),
        ("answer_fits_question", {"kind": "choice", "problem": "one_key"},
         {"kind": AnswerKind, "problem": Problem, "gaps": optional(int)}),
        ("score_in_range", {"max_score": 20}, HIGHEST),
        ("answer_score_in_range", {"max_score": 5}, HIGHEST),
        ("mark_in_range", {"max_score": 5}, HIGHEST),
        ("criteria_add_up", {"sum": 18, "max_score": 20}, {"sum": int, **HIGHEST}),
        ("score_is_a_level", {"levels": [0, 2, 4]}, {"levels": list[int]}),
        ("model_unknown", {"provider": "openai", "model": "gpt-1"}, {"provider": str, "model": str}),
        ("tries_at_most", {"most": 10, "of": "models for the cases of an assignment"}, {"most": int, "of": str}),
        ("gift_unreadable", {"line": 7, "problem": "At least one option is right and one is wrong."},
         {"line": int, "problem": optional(str), "rule": optional(str)}),
        ("rate_limited", {"retry_after": 12, "scope": "ai"}, {"retry_after": int, "scope": Scope}),
        ("too_many_failures", {"retry_after": 3600}, {"retry_after": int}),
        ("ai_unavailable", {"job_id": ID}, {"job_id": UUID}),
    )
}  # fmt: skip
