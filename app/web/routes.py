"""The table of routes: every request that assay answers, one entry each. The OpenAPI document is made from it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from app.web.handlers import auth, gift, meta
from app.web.handlers.api_keys import put_api_key
from app.web.handlers.assignments import create_assignment, edit_assignment, replace_template
from app.web.handlers.jobs import begin_job, read_job
from app.web.handlers.query import download, pieces, query
from app.web.route import CSV, EVENTS, GIFT, HTML, JSON, PLAIN, Handler, Route, Tag
from app.web.schemas import cases
from app.web.schemas import questions as asked
from app.web.schemas import requests as body
from app.web.schemas import responses as out
from app.web.schemas.enumerations import Role

WAIT_SECONDS = 30.0  # how long a request waits for its job when it prefers nothing


def _route(role: Tag, method: str, path: str, summary: str, name: str, response: Any = None, **more: Any) -> Route:
    """One statement, of the query file `name` in the folder of the role, unless `more` says otherwise."""
    scope, audience = "read" if method == "GET" else "write", "account" if role == "auth" else role
    facts: dict[str, Any] = {"scope": scope, "handler": query, "tag": role, "audience": audience} | more
    return Route(method=method, path=path, summary=summary, query=f"{role}/{name}", response=response, **facts)


def _get(role: Tag, path: str, summary: str, name: str, response: Any = None, **more: Any) -> Route:
    return _route(role, "GET", path, summary, name, response, **more)


def _list(
    role: Role, path: str, summary: str, name: str, item: Any, parameters: type[BaseModel] = body.Paging
) -> Route:
    return _get(role, path, summary, name, out.page_of(item), parameters=parameters)


def _text(role: Role, path: str, summary: str, name: str, **more: Any) -> Route:
    return _get(role, path, summary, name, str, handler=download, produces=(PLAIN,), downloads=True, **more)


def _job(role: Role, path: str) -> Route:
    summary = "A job: now, when it ends (Prefer: wait), or as events"
    return _get(role, path, summary, "read_job", out.Job, handler=read_job, produces=(JSON, EVENTS), wait_seconds=0.0)


def _begin(
    role: Role, method: str, path: str, summary: str, name: str, response: Any, outcome: str, **more: Any
) -> Route:
    facts: dict[str, Any] = {"handler": begin_job, "scope": "ai", "wait_seconds": WAIT_SECONDS} | more
    return _route(role, method, path, summary, name, response, outcome=f"{role}/{outcome}", **facts)


def _delete(role: Tag, path: str, summary: str, name: str, **more: Any) -> Route:
    return _route(role, "DELETE", path, summary, name, status=204, **more)


def _auth(
    path: str, summary: str, name: str, response: Any, handler: Handler, model: type[BaseModel], **more: Any
) -> Route:
    facts: dict[str, Any] = {"method": "POST", "scope": "auth", "audience": "public", "body": model} | more
    return _route("auth", facts.pop("method"), path, summary, name, response, handler=handler, **facts)


def _page(path: str, summary: str, handler: Handler, response: Any, **more: Any) -> Route:
    facts: dict[str, Any] = {"scope": "read", "audience": "public"} | more
    return Route(method="GET", path=path, summary=summary, handler=handler, response=response, **facts)


STUDENT, TEACHER = "/student/assignments/{assignment_id}", "/teacher/assignments/{assignment_id}"
SUBMISSION, PERSON, CLASS, QUESTION, CASE = (
    "/teacher/submissions/{submission_id}",
    "/teacher/students/{student_id}",
    "/teacher/classes/{class_id}",
    "/teacher/questions/{question_id}",
    "/teacher/cases/{case_id}",
)
INSTRUCTIONS: Mapping[str, Any] = {"text_fields": ("instructions",), "max_bytes": "instructions_max_bytes"}
VERSIONED: Mapping[str, Any] = {"etag": True, "if_match": True}
# Rules that are refused by together; the OpenAPI document says each of these lists once, by its name.
CRITERION = (
    "levels_end_at_maximum", "option_says_nothing", "prompt_not_blank", "question_title_readable",
    "question_score_in_range", "option_not_huge", "option_score_in_range", "options_at_most", "too_many_open_questions",
)  # fmt: skip
QUESTION_ALONE = (
    "one_right_option", "some_right_option", "pairs_missing", "lines_missing", "gaps_do_not_match", "accepted_missing",
    "number_unreadable", "options_alike", "key_does_not_score", "kind_fits_assignment", "too_many_questions",
    "guide_missing", "question_kind_known", "question_text_not_huge", "bloom_known",
)  # fmt: skip
SETTINGS = (
    "at_once_needs_answers", "attempts_need_feedback", "attempts_in_range", "reveal_known", "gate_min_cases_in_range",
)  # fmt: skip
RULES = {"criterion_rule": CRITERION, "question_rule": QUESTION_ALONE, "setting_rule": SETTINGS}
RUBRIC, QUESTIONS = ("criteria_add_up", *CRITERION), (*CRITERION, *QUESTION_ALONE)
NOT_NOW = ("already_submitted", "submission_pending", "deadline_passed")
TRIES = ("case_is_empty", "model_unknown", "api_key_missing", "tries_at_most")
BUILDS = ("max_score_unclear", "api_key_missing", "ai_unavailable")

UNMATCHED = Route(method="", path="an address without a route", summary="404, 405, or the answer to OPTIONS",
                  scope="read", handler=meta.unmatched, audience="public", status=204)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    _page("/health", "Whether the process lives", meta.health, out.Health, limited=False),
    _page("/ready", "Whether it can work, who works, and which version it is", meta.ready, out.Readiness, limited=False,
          other_statuses=(503,)),
    _page("/metrics", "What was measured, for Prometheus: from this machine or with METRICS_TOKEN",
          meta.metrics, str, limited=False, produces=(PLAIN,), codes=("missing_token", "invalid_token")),
    _page("/openapi.json", "This document", meta.document, dict),
    _page("/docs", "This document as a page", meta.docs, str, produces=(HTML,)),
    # both roles
    _auth("/auth/register", "Register as a student; a mail with a link follows", "register", out.MailSent,
          auth.register, body.Registration, status=202),
    _auth("/auth/verify", "Confirm an address with the token of the mail", "verify", out.Verified, auth.verify,
          body.Link, codes=("invalid_verification_token",)),
    _auth("/auth/verify", "The link in the mail", "verify", out.Verified, auth.verify, body.Link, method="GET",
          body=None, parameters=body.Link, produces=(JSON, HTML), changes=True, codes=("invalid_verification_token",)),
    _auth("/auth/verify/resend", "Send that mail again", "resend_verification", out.MailSent, auth.resend_verification,
          body.EmailAddress, status=202),
    _auth("/auth/login", "Log in: a token for the Authorization header", "login", out.LoggedIn, auth.login, body.Login,
          codes=("invalid_credentials", "email_not_verified", "account_disabled", "overloaded")),
    _route("auth", "POST", "/auth/logout", "Log out: the token is dead at once", "logout", status=204),
    _get("auth", "/auth/me", "Who you are", "read_me", out.Me, etag=True),
    _route("auth", "PATCH", "/auth/me", "Change your name", "edit_me", out.Me, body=body.NewName, **VERSIONED),
    _auth("/auth/me/delete", "Delete your account: a student's with all they wrote; a teacher's once no assignment of"
          " theirs has submissions", "delete_me", None, auth.delete_me, body.Confirmation, audience="account",
          status=204, codes=("wrong_password", "teacher_has_work")),
    _delete("auth", "/auth/sessions", "Log out everywhere, here too", "end_sessions"),
    _auth("/auth/password/change", "Change your password; every other session ends", "change_password",
          out.PasswordChanged, auth.change_password, body.PasswordChange, audience="account",
          codes=("wrong_password",)),
    _auth("/auth/password/forgot", "Send a mail with a link to a new password", "forgot_password", out.MailSent,
          auth.forgot_password, body.EmailAddress, status=202),
    _auth("/auth/password/reset", "Choose a password with the token of the mail; every session ends",
          "reset_password", out.PasswordReset, auth.reset_password, body.NewPassword, codes=("invalid_reset_token",)),
    _page("/auth/password/reset", "The link in that mail: a page with a form", auth.password_page, str, scope="auth",
          tag="auth", produces=(HTML,), parameters=body.PageLink),
    # students
    _list("student", "/student/classes", "Your classes", "list_classes", out.StudentClass),
    _list("student", "/student/assignments", "The assignments of your classes", "list_assignments",
          out.StudentAssignment, body.OwnAssignmentSearch),
    _get("student", STUDENT, "One assignment", "read_assignment", out.StudentAssignmentInFull),
    _text("student", STUDENT + "/instructions", "Its instructions, as a file", "read_instructions"),
    _begin("student", "POST", STUDENT + "/submission", "Hand in your text or your answers; wait for the score",
           "submit_assignment", out.SubmissionMade, "read_outcome", status=201, idempotency_key=True, body=body.HandIn,
           body_optional=True,
           text_fields=("content", "answers"), max_bytes="submission_max_bytes", consumes=(PLAIN, JSON),
           codes=(*NOT_NOW, "too_many_failures", "api_key_missing", "ai_unavailable", "nothing_answered",
                  "answer_fits_question", "no_attempts_left")),
    _list("student", STUDENT + "/questions", "Its questions, with what you saved and what is revealed",
          "list_questions", out.StudentQuestion, body.NoParameters),
    _route("student", "PUT", STUDENT + "/answers/{number}", "Save your answer to a question; hand in later",
           "save_answer", out.SavedAnswer, body=body.AnswerToSave, text_fields=("answer",),
           max_bytes="answer_max_bytes", codes=("answer_fits_question", "no_attempts_left", *NOT_NOW)),
    _route("student", "POST", STUDENT + "/answers/{number}/check", "Have your saved answer marked at once",
           "check_answer", out.CheckedAnswer, idempotency_key=True, codes=("not_checkable", "nothing_saved", *NOT_NOW)),
    _get("student", STUDENT + "/submission", "Your text with its score", "read_submission", out.StudentSubmission),
    _route("student", "POST", STUDENT + "/regrade-requests", "Ask for a mark to be looked at again", "request_regrade",
           out.MyRegradeRequest, status=201, body=body.DisputedMark, idempotency_key=True,
           codes=("not_revealed_yet", "regrade_period_over", "regrade_request_open", "too_many_regrade_requests",
                  "regrade_text_length")),
    _list("student", STUDENT + "/regrade-requests", "What you disputed, and what you were told",
          "list_regrade_requests", out.MyRegradeRequest),
    _delete("student", STUDENT + "/regrade-requests/{request_id}", "Withdraw an open request; it stays readable",
            "withdraw_regrade_request", codes=("already_decided",)),
    _list("student", "/student/submissions", "What you handed in, newest first, without the texts", "list_submissions",
          out.MySubmission),
    _get("student", "/student/scores", "Your scores and gold coins", "list_scores", out.Scores,
         parameters=body.Paging),
    _list("student", "/student/jobs", "What became of all that you handed in, newest first", "list_jobs", out.Job,
          body.JobSearch),
    _job("student", "/student/jobs/{job_id}"),
    # teachers: assignments
    _begin("teacher", "POST", "/teacher/assignments", "Upload instructions; wait for the correction template",
           "create_assignment", out.AssignmentMade, "read_outcome", status=201, idempotency_key=True,
           body=asked.UploadedAssignment,
           **INSTRUCTIONS, consumes=(JSON, PLAIN), handler=create_assignment,
           codes=("not_found", "takes_known", *SETTINGS, *RUBRIC, *QUESTIONS, *BUILDS)),
    _list("teacher", "/teacher/assignments", "Everybody's assignments", "list_assignments", out.AssignmentSummary,
          body.AssignmentSearch),
    _get("teacher", TEACHER, "One assignment", "read_assignment", out.Assignment, etag=True),
    _begin("teacher", "PATCH", TEACHER, "Change your assignment before its first submission", "edit_assignment",
           out.Assignment, "read_edited_assignment", handler=edit_assignment, body=body.AssignmentChange, **VERSIONED,
           text_fields=("instructions", "correction_template"), max_bytes="instructions_max_bytes",
           codes=("assignment_locked", "assignment_not_ready", "template_follows_rubric", *RUBRIC,
                  "kind_fits_assignment", *SETTINGS, *BUILDS)),
    _route("teacher", "POST", TEACHER + "/publish", "Let students see it", "publish_assignment",
           out.AssignmentWithWarning, codes=("nothing_to_publish", "api_key_missing")),
    _route("teacher", "POST", TEACHER + "/copy", "Begin with a copy of it, unpublished", "copy_assignment",
           out.AssignmentWithWarning, status=201, body=body.Copy, idempotency_key=True),
    _route("teacher", "POST", TEACHER + "/questions/approve", "Let drafts count, each that keeps the rules",
           "approve_questions", out.QuestionsApproved, body=body.Approval, codes=("assignment_locked",)),
    _route("teacher", "PUT", TEACHER + "/questions/order", "Put its questions into another order", "order_questions",
           out.page_of(out.Question), body=body.QuestionOrder,
           codes=("assignment_locked", "template_follows_rubric", "question_numbers_in_order")),
    _list("teacher", TEACHER + "/questions", "Its questions with their keys", "list_questions", out.Question,
          body.NoParameters),
    _route("teacher", "POST", TEACHER + "/questions", "Add a question to your quiz, or all of a GIFT file",
           "add_question", out.QuestionOrQuestions, handler=gift.add_questions, status=201, body=asked.NewQuestion,
           idempotency_key=True, consumes=(JSON, GIFT), parameters=body.GiftImport, max_bytes="instructions_max_bytes",
           codes=("assignment_locked", "template_follows_rubric", "gift_unreadable", *QUESTIONS)),
    _get("teacher", TEACHER + "/questions.gift", "What GIFT can say of them, as a file", "export_questions", str,
         handler=gift.export_questions, produces=(GIFT,), downloads=True),
    _delete("teacher", TEACHER, "Delete your assignment; scores and coins stay", "delete_assignment",
            if_match=True),
    _text("teacher", TEACHER + "/instructions", "Its instructions, as a file", "read_instructions"),
    _text("teacher", TEACHER + "/template", "Its correction template, as a file", "read_template", etag=True),
    _route("teacher", "PUT", TEACHER + "/template", "Replace the template before the first submission",
           "replace_template", out.Assignment, handler=replace_template, body=body.TextBody, text_fields=("content",),
           max_bytes="instructions_max_bytes", consumes=(PLAIN,), if_match=True,
           codes=("assignment_locked", "assignment_not_ready", "template_follows_rubric", "max_score_unclear")),
    _get("teacher", TEACHER + "/rubric", "Its criteria", "read_rubric", out.RubricShown, etag=True),
    _begin("teacher", "PUT", TEACHER + "/rubric", "Replace the rubric before the first submission; without criteria"
           " a template is built", "replace_rubric", out.RubricShown, "read_taken_rubric", body=body.Rubric,
           **VERSIONED,
           codes=("assignment_locked", "assignment_not_ready", "kind_fits_assignment", *RUBRIC, *BUILDS)),
    _route("teacher", "POST", TEACHER + "/release", "Show students their outcomes now", "release_results",
           out.Assignment),
    _list("teacher", TEACHER + "/review", "Submissions that deserve a look, and why", "list_review", out.Review),
    _list("teacher", TEACHER + "/regrade-requests", "Marks that students dispute, open ones first",
          "list_regrade_requests", out.RegradeRequest, body.RegradeSearch),
    _list("teacher", "/teacher/regrade-requests", "The same of all your assignments", "list_all_regrade_requests",
          out.RegradeRequest, body.RegradeSearch),
    _route("teacher", "POST", "/teacher/regrade-requests/{request_id}/decide", "Answer a student who disputes a mark;"
           " accepting changes the score", "decide_regrade_request", out.RegradeRequest, body=body.RegradeDecision,
           codes=("already_decided", "case_not_marked", "decision_needs_answer", "decision_needs_score",
                  "regrade_lowers", "score_in_range", "answer_score_in_range", "score_is_a_level")),
    _list("teacher", TEACHER + "/students", "Where each student stands", "list_assignment_students", out.StudentState,
          body.StateSearch),
    _list("teacher", TEACHER + "/submissions", "What was handed in for your assignment", "list_submissions",
          out.TeacherSubmission, body.SubmissionSearch),
    _get("teacher", TEACHER + "/analysis", "How hard each question is, whom it tells apart, what was picked",
         "read_analysis", out.Analysis),
    _get("teacher", "/teacher/questions", "The questions of all your assignments", "list_bank",
         out.page_of(out.BankQuestion), parameters=body.QuestionSearch, codes=("not_found",)),
    _get("teacher", QUESTION, "One question with its key", "read_question", out.Question, etag=True),
    _route("teacher", "PUT", QUESTION, "Replace a question, its kind too; what students saved for it goes",
           "replace_question", out.Question, body=asked.NewQuestion, **VERSIONED,
           codes=("assignment_locked", "template_follows_rubric", *QUESTIONS)),
    _delete("teacher", QUESTION, "Take a question out of your quiz; those behind it move up", "delete_question",
            if_match=True, codes=("assignment_locked", "template_follows_rubric", "nothing_to_publish")),
    _route("teacher", "PUT", QUESTION + "/key", "Correct a wrong key; everybody is marked anew",
           "correct_key", out.KeyCorrected, body=asked.KeyCorrection, codes=("key_only", *QUESTIONS)),
    # teachers: cases
    _route("teacher", "POST", TEACHER + "/cases", "Make cases, on which models and people are compared", "add_cases",
           cases.CasesMade, status=201, body=cases.NewCases, text_fields=("content",), max_bytes="submission_max_bytes",
           idempotency_key=True, codes=("case_known_already", "cases_at_most", "case_needs_ai_kinds")),
    _list("teacher", TEACHER + "/cases", "Its cases with their tries and marks", "list_cases", cases.Case),
    _route("teacher", "POST", TEACHER + "/tries", "Have all its cases tried by models", "try_cases",
           cases.TriesOrdered, status=202, scope="ai", body=cases.NewTries, idempotency_key=True, codes=TRIES),
    _route("teacher", "POST", TEACHER + "/cases/promote", "Make a model's tries the current results",
           "promote_tries", cases.Promoted, body=cases.Promotion),
    _get("teacher", TEACHER + "/agreement", "How well models agree with people", "list_agreement", cases.Agreement),
    _get("teacher", CASE, "One case with its work", "read_case", cases.CaseInFull),
    _delete("teacher", CASE, "Give up a case; its submission stays", "delete_case"),
    _route("teacher", "PUT", CASE + "/content", "Bring the text of a case", "replace_case_content", cases.CaseInFull,
           body=body.TextBody, text_fields=("content",), max_bytes="submission_max_bytes", consumes=(PLAIN,),
           codes=("case_is_final", "conflict")),
    _route("teacher", "POST", CASE + "/tries", "Have a case tried by models", "try_case", cases.TriesOrdered,
           status=202, scope="ai", body=cases.NewTries, idempotency_key=True, codes=TRIES),
    _route("teacher", "PUT", CASE + "/marks", "Mark a case yourself", "mark_case", cases.CaseInFull,
           body=cases.CaseMarks, codes=("case_is_empty", "mark_in_range", "marks_missing", "score_is_a_level")),
    # teachers: submissions
    _get("teacher", SUBMISSION, "One submission with its text", "read_submission", out.TeacherSubmissionWithContent,
         etag=True),
    _text("teacher", SUBMISSION + "/content", "Its text, as a file", "read_submission_content"),
    _route("teacher", "PATCH", SUBMISSION, "Change scores, feedback or comment; the coins follow", "edit_submission",
           out.TeacherSubmissionWithContent, body=body.SubmissionChange, **VERSIONED,
           codes=("score_in_range", "answer_score_in_range", "score_is_a_level", "comment_not_huge",
                  "reason_not_huge")),
    _list("teacher", SUBMISSION + "/history", "Every score it had", "list_score_history", out.PastScore),
    _begin("teacher", "POST", SUBMISSION + "/regrade", "Have it graded again", "regrade_submission",
           out.SubmissionRegraded, "read_outcome", status=201, body=body.Regrading, body_optional=True,
           idempotency_key=True, codes=("conflict", "api_key_missing", "ai_unavailable")),
    # teachers: students
    _list("teacher", "/teacher/students", "Registered students", "list_students", out.Student, body.StudentSearch),
    _get("teacher", PERSON, "One student", "read_student", out.Student),
    _get("teacher", PERSON + "/scores", "Their scores in your assignments", "list_student_scores", out.PaidScores,
         parameters=body.Paging),
    _list("teacher", PERSON + "/submissions", "What they handed in to you", "list_student_submissions",
          out.TeacherSubmission),
    _delete("teacher", PERSON, "Delete a student and all they wrote", "delete_student", codes=("student_of_others",)),
    # teachers: classes
    _route("teacher", "POST", "/teacher/classes", "Open a class", "create_class", out.Class, status=201,
           body=body.NewClass, idempotency_key=True, codes=("conflict", "class_instructions_not_huge")),
    _list("teacher", "/teacher/classes", "Your classes", "list_classes", out.Class),
    _get("teacher", CLASS, "One class", "read_class", out.Class, etag=True),
    _route("teacher", "PATCH", CLASS, "Rename a class, or give it other instructions", "edit_class", out.Class,
           body=body.ClassChange, **VERSIONED, codes=("conflict", "class_instructions_not_huge")),
    _delete("teacher", CLASS, "Delete a class; scores and coins stay", "delete_class", if_match=True),
    _list("teacher", CLASS + "/students", "Who is in it", "list_class_students", out.Student, body.ByName),
    _route("teacher", "POST", CLASS + "/students", "Enrol students, all or none", "enrol_students", out.Enrolled,
           body=body.Enrolment),
    _delete("teacher", CLASS + "/students/{student_id}", "Take a student out of it", "remove_student"),
    _get("teacher", CLASS + "/gradebook", "Students × assignments with totals, as JSON or CSV", "read_gradebook",
         out.Gradebook, handler=pieces, csv_query="teacher/read_gradebook_csv", produces=(JSON, CSV), downloads=True,
         parameters=body.GradebookFormat),
    # teachers: colleagues, keys, limits, jobs
    _route("teacher", "POST", "/teacher/teachers", "Invite a colleague by mail", "invite_teacher", out.Teacher,
           handler=auth.invite, status=201, body=body.Invitation, idempotency_key=True, codes=("conflict",)),
    _list("teacher", "/teacher/teachers", "Your colleagues", "list_teachers", out.Teacher),
    _get("teacher", "/teacher/api-keys", "Your API keys, without the keys", "list_api_keys", out.page_of(out.StoredKey),
         parameters=body.NoParameters),
    _route("teacher", "PUT", "/teacher/api-keys/{provider}", "Store your key of an AI service", "put_api_key",
           out.StoredKey, handler=put_api_key, body=body.ApiKey, codes=("api_key_rejected",)),
    _delete("teacher", "/teacher/api-keys/{provider}", "Forget your key", "delete_api_key"),
    _get("teacher", "/teacher/models", "The models that a try may name", "list_models", out.page_of(out.UsableModel),
         parameters=body.NoParameters),
    _get("teacher", "/teacher/rate-limits", "How often clients may ask", "list_rate_limits",
         out.page_of(out.ScopeLimit), parameters=body.NoParameters),
    _route("teacher", "PUT", "/teacher/rate-limits/{scope}", "Change a limit; in force within a second",
           "edit_rate_limit", out.ScopeLimit, body=body.RateLimit),
    _list("teacher", "/teacher/jobs", "Your templates, gradings and tries, newest first", "list_jobs", out.Job,
          body.JobSearch),
    _job("teacher", "/teacher/jobs/{job_id}"),
)  # fmt: skip
