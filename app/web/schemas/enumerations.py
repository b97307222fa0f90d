"""The words of which a field has one. Each is a schema of its own, so that a generated client has one type for it."""

from typing import Literal

from typing_extensions import TypeAliasType

from app.ai import models
from app.web import route

Role = TypeAliasType("Role", Literal["student", "teacher"])
Provider = TypeAliasType("Provider", models.Provider)
Scope = TypeAliasType("Scope", route.Scope)
Takes = TypeAliasType("Takes", Literal["text", "answers"])
Reveal = TypeAliasType("Reveal", Literal["at_once", "when_graded", "after_deadline"])
Autonomy = TypeAliasType("Autonomy", Literal["full", "gated"])
Bloom = TypeAliasType("Bloom", Literal["remember", "understand", "apply", "analyse", "evaluate", "create"])
QuestionKind = TypeAliasType(
    "QuestionKind", Literal["criterion", "open", "choice", "choices", "matching", "ordering", "gaps", "short", "number"]
)
AnswerKind = TypeAliasType(
    "AnswerKind", Literal["open", "choice", "choices", "matching", "ordering", "gaps", "short", "number"]
)
AssignmentState = TypeAliasType("AssignmentState", Literal["open", "pending", "graded", "closed"])
WorkState = TypeAliasType("WorkState", Literal["open", "started", "pending", "graded", "closed"])
RegradeState = TypeAliasType("RegradeState", Literal["open", "accepted", "rejected", "withdrawn"])
JobKind = TypeAliasType("JobKind", Literal["template", "grading", "try"])
JobStatus = TypeAliasType("JobStatus", Literal["queued", "running", "succeeded", "failed"])
JobErrorCode = TypeAliasType(
    "JobErrorCode",
    Literal[
        "ai_unavailable", "api_key_missing", "max_score_unclear", "model_unknown", "rubric_changed",
        "already_submitted", "assignment_locked", "not_found", "conflict", "internal_error",
    ],
)  # fmt: skip
Hidden = TypeAliasType("Hidden", Literal["until_marked"])
MarkFault = TypeAliasType(
    "MarkFault", Literal["missing", "repeated", "not_an_integer", "out_of_range", "not_a_level", "unreadable"]
)
