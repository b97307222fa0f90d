"""The table of routes: every request that assay answers, one entry each. The OpenAPI document is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from app.web.handlers.api_keys import put_key
from app.web.handlers.auth import invite, letter, login, password_page, register, reset_password, verify
from app.web.handlers.meta import docs, document, health, ready
from app.web.handlers.query import door, download, gradebook, job, look
from app.web.request import Handler
from app.web.schemas import requests as body
from app.web.schemas import responses as out

Scope = Literal["auth", "read", "write", "ai"]
JSON = "application/json"
PLAIN = "text/plain"
CSV = "text/csv"
EVENTS = "text/event-stream"
HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One request.

    `query` and `outcome` are query files. `body` is the JSON that is sent; with `texts`, fields of it that may be as
    large as the setting `most` says, the first of which may come as a text/plain body when `takes` says so. What is not
    `limited` is counted, and never refused for being asked too often.
    `parameters` are those of the query. `errors` are the codes beyond those that follow from the rest.
    """

    verb: str
    path: str
    summary: str
    scope: Scope
    how: Handler = door
    query: str = ""
    outcome: str = ""
    answer: Any = None
    status: int = 200
    body: type[BaseModel] | None = None
    body_optional: bool = False
    texts: tuple[str, ...] = ()
    most: str = ""
    takes: tuple[str, ...] = (JSON,)
    parameters: type[BaseModel] | None = None
    gives: tuple[str, ...] = (JSON,)
    public: bool = False
    limited: bool = True
    errors: tuple[str, ...] = ()

    @property
    def room(self) -> str:
        """`auth`, `student`, `teacher`, or empty."""
        room = self.path.split("/")[1]
        return room if room in ("auth", "student", "teacher") else ""

    @property
    def reads(self) -> bool:
        """Whether a copy of the database may answer, and HEAD is the same without a body."""
        return self.verb == "GET" and self.how is not verify


def _get(path: str, summary: str, query: str, answer: Any = None, **more: Any) -> Route:
    return Route(verb="GET", path=path, summary=summary, query=query, answer=answer, **{"scope": "read"} | more)


def _list(path: str, summary: str, query: str, item: Any, parameters: type[BaseModel] = body.Paging) -> Route:
    return _get(path, summary, query, out.Page[item], parameters=parameters)


def _text(path: str, summary: str, query: str) -> Route:
    return _get(path, summary, query, str, how=download, gives=(PLAIN,))


def _write(verb: str, path: str, summary: str, query: str, answer: Any = None, **more: Any) -> Route:
    return Route(verb=verb, path=path, summary=summary, query=query, answer=answer, **{"scope": "write"} | more)


def _delete(path: str, summary: str, query: str) -> Route:
    return _write("DELETE", path, summary, query, status=204)


def _auth(path: str, summary: str, query: str, answer: Any, how: Handler, sent: type[BaseModel], **more: Any) -> Route:
    return _write("POST", path, summary, query, answer, how=how, body=sent, scope="auth", public=True, **more)


STUDENT, TEACHER = "/student/assignments/{assignment_id}", "/teacher/assignments/{assignment_id}"
SUBMISSION, PERSON, CLASS = (
    "/teacher/submissions/{submission_id}",
    "/teacher/students/{student_id}",
    "/teacher/classes/{class_id}",
)
INSTRUCTIONS: Mapping[str, Any] = {"texts": ("instructions",), "most": "instructions_max_bytes"}
BUILDS = ("max_score_unclear", "api_key_missing", "ai_unavailable")

ROUTES: tuple[Route, ...] = (
    _get("/health", "Whether the process lives", "", out.Health, how=health, public=True, limited=False),
    _get("/ready", "Whether it can work: database, migrations, listener", "", out.Readiness, how=ready, public=True,
         limited=False),
    _get("/openapi.json", "This document", "", dict, how=document, public=True),
    _get("/docs", "This document as a page", "", str, how=docs, public=True, gives=(HTML,)),
    # both roles
    _auth("/auth/register", "Register as a student; a letter with a link follows", "auth/register",
          out.Sending, register, body.Registration, status=202),
    _auth("/auth/verify", "Confirm an address with the token of the letter", "auth/verify",
          out.Verified, verify, body.Link, errors=("invalid_verification_token",)),
    _get("/auth/verify", "The link in the letter", "auth/verify", out.Verified, how=verify, scope="auth", public=True,
         parameters=body.Link, errors=("invalid_verification_token",)),
    _auth("/auth/verify/resend", "Send that letter again", "auth/resend_verification",
          out.Sending, letter, body.Address, status=202),
    _auth("/auth/login", "Log in: a token for the Authorization header", "auth/login", out.LoggedIn, login, body.Login,
          errors=("invalid_credentials", "email_not_verified")),
    _write("POST", "/auth/logout", "Log out: the token is dead at once", "auth/logout", status=204),
    _get("/auth/me", "Who you are", "auth/read_me", out.Me),
    _auth("/auth/password/forgot", "Send a letter with a link to a new password", "auth/forgot_password",
          out.Sending, letter, body.Address, status=202),
    _auth("/auth/password/reset", "Choose a password with the token of the letter; every session ends",
          "auth/reset_password", out.PasswordReset, reset_password, body.NewPassword, errors=("invalid_reset_token",)),
    _get("/auth/password/reset", "The link in that letter: a page with a form", "", str, how=password_page,
         public=True, scope="auth", gives=(HTML,), parameters=body.Link),
    # students
    _list("/student/assignments", "The assignments of your classes", "student/list_assignments", out.StudentAssignment),
    _get(STUDENT, "One assignment", "student/read_assignment", out.StudentAssignment),
    _text(STUDENT + "/instructions", "Its instructions, as a file", "student/read_instructions"),
    _write("POST", STUDENT + "/submission", "Hand in your text and wait for its score", "student/submit_assignment",
           out.SubmissionMade, how=job, outcome="student/read_outcome", status=201, scope="ai",
           body=body.SentText, texts=("content",), most="submission_max_bytes", takes=(PLAIN, JSON),
           errors=("already_submitted", "submission_pending", "deadline_passed", "ai_unavailable")),
    _get(STUDENT + "/submission", "Your text with its score", "student/read_submission", out.StudentSubmission),
    _get("/student/scores", "Your scores and gold coins", "student/list_scores", out.Scores, parameters=body.Paging),
    _get("/student/jobs/{job_id}", "A job: now, when it ends (Prefer: wait), or as events", "student/read_job",
         out.Job, how=look, gives=(JSON, EVENTS)),
    # teachers: assignments
    _write("POST", "/teacher/assignments", "Upload instructions; wait for the correction template",
           "teacher/create_assignment", out.AssignmentMade, how=job, outcome="teacher/read_outcome", status=201,
           scope="ai", body=body.NewAssignment, **INSTRUCTIONS, takes=(JSON, PLAIN), errors=("not_found", *BUILDS)),
    _list("/teacher/assignments", "Everybody's assignments", "teacher/list_assignments", out.AssignmentSummary,
          body.AssignmentSearch),
    _get(TEACHER, "One assignment", "teacher/read_assignment", out.Assignment),
    _write("PATCH", TEACHER, "Change your assignment before its first submission", "teacher/edit_assignment",
           out.Assignment, how=job, outcome="teacher/read_edited_assignment", scope="ai", body=body.AssignmentChange,
           texts=("instructions", "correction_template"), most="instructions_max_bytes",
           errors=("assignment_locked", "assignment_not_ready", *BUILDS)),
    _delete(TEACHER, "Delete your assignment; scores and coins stay", "teacher/delete_assignment"),
    _text(TEACHER + "/instructions", "Its instructions, as a file", "teacher/read_instructions"),
    _text(TEACHER + "/template", "Its correction template, as a file", "teacher/read_template"),
    _write("PUT", TEACHER + "/template", "Replace the template before the first submission",
           "teacher/replace_template", out.Assignment, body=body.SentText, texts=("content",),
           most="instructions_max_bytes", takes=(PLAIN,), errors=("assignment_locked", "assignment_not_ready")),
    _list(TEACHER + "/submissions", "What was handed in for your assignment", "teacher/list_submissions",
          out.TeacherSubmission),
    # teachers: submissions
    _get(SUBMISSION, "One submission with its text", "teacher/read_submission", out.TeacherSubmissionWithContent),
    _text(SUBMISSION + "/content", "Its text, as a file", "teacher/read_submission_content"),
    _write("PATCH", SUBMISSION, "Change score or feedback; the coins follow", "teacher/edit_submission",
           out.TeacherSubmissionWithContent, body=body.SubmissionChange),
    _list(SUBMISSION + "/history", "Every score it had", "teacher/list_score_history", out.PastScore),
    _write("POST", SUBMISSION + "/regrade", "Have it graded again", "teacher/regrade_submission",
           out.SubmissionRegraded, how=job, outcome="teacher/read_outcome", status=201, scope="ai",
           body=body.Regrading, body_optional=True, errors=("conflict", "api_key_missing", "ai_unavailable")),
    # teachers: students
    _list("/teacher/students", "Registered students", "teacher/list_students", out.Student, body.StudentSearch),
    _get(PERSON, "One student", "teacher/read_student", out.Student),
    _get(PERSON + "/scores", "Their scores in your assignments", "teacher/list_student_scores", out.Scores,
         parameters=body.Paging),
    _list(PERSON + "/submissions", "What they handed in to you", "teacher/list_student_submissions",
          out.TeacherSubmission),
    _delete(PERSON, "Delete a student and all they wrote", "teacher/delete_student"),
    # teachers: classes
    _write("POST", "/teacher/classes", "Open a class", "teacher/create_class", out.Class, status=201,
           body=body.ClassName, errors=("conflict",)),
    _list("/teacher/classes", "Your classes", "teacher/list_classes", out.Class),
    _get(CLASS, "One class", "teacher/read_class", out.Class),
    _write("PATCH", CLASS, "Rename a class", "teacher/edit_class", out.Class, body=body.ClassName,
           errors=("conflict",)),
    _delete(CLASS, "Delete a class; scores and coins stay", "teacher/delete_class"),
    _list(CLASS + "/students", "Who is in it", "teacher/list_class_students", out.Student),
    _write("POST", CLASS + "/students", "Enrol students, all or none", "teacher/enrol_students", out.Enrolled,
           body=body.Enrolment),
    _delete(CLASS + "/students/{student_id}", "Take a student out of it", "teacher/remove_student"),
    _get(CLASS + "/gradebook", "Students × assignments with totals, as JSON or CSV", "teacher/read_gradebook",
         out.Gradebook, how=gradebook, gives=(JSON, CSV)),
    # teachers: colleagues, keys, limits, jobs
    _write("POST", "/teacher/teachers", "Invite a colleague by mail", "teacher/invite_teacher", out.Teacher,
           how=invite, status=201, body=body.Invitation, errors=("conflict",)),
    _list("/teacher/teachers", "Your colleagues", "teacher/list_teachers", out.Teacher),
    _get("/teacher/api-keys", "Your API keys, without the keys", "teacher/list_api_keys", out.Page[out.StoredKey]),
    _write("PUT", "/teacher/api-keys/{provider}", "Store your key of an AI service", "teacher/put_api_key",
           out.StoredKey, how=put_key, body=body.ApiKey, errors=("api_key_rejected",)),
    _delete("/teacher/api-keys/{provider}", "Forget your key", "teacher/delete_api_key"),
    _get("/teacher/rate-limits", "How often clients may ask", "teacher/list_rate_limits", out.Page[out.LimitOfScope]),
    _write("PUT", "/teacher/rate-limits/{scope}", "Change a limit; in force within a second",
           "teacher/edit_rate_limit", out.LimitOfScope, body=body.RateLimit),
    _get("/teacher/jobs/{job_id}", "A job: now, when it ends (Prefer: wait), or as events", "teacher/read_job",
         out.Job, how=look, gives=(JSON, EVENTS)),
)  # fmt: skip
