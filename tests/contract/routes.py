"""The routes as a client knows them, each with a good request, and for each field what is no value of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GIFT = "text/x-gift"
JSON, PLAIN, HTML, CSV, EVENTS = "application/json", "text/plain", "text/html", "text/csv", "text/event-stream"
LATER, LONG_AGO = "2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"
UNKNOWN = "00000000-0000-7000-8000-000000000000"
NUL, LINES = "a\0b", "two\nlines"


@dataclass(frozen=True)
class Route:
    """`who`: student, teacher, any (who has logged in) or nobody. `bad`: wrong values, by field of body or query."""

    line: str
    who: str = "teacher"
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    bad: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    takes: tuple[str, ...] = (JSON,)
    gives: str = JSON
    scope: str = "read"
    own: bool = False  # 404 to every other teacher

    @property
    def method(self) -> str:
        return self.line.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.line.partition(" ")[2]


NAMED = ("", "x" * 201, NUL, 7, None)
NAMES = ("", " ", "x" * 201, LINES, NUL, 7, None)
EMAILS = ("", "nobody", "a@b", f"{'x' * 250}@school.example", 7, None)
PASSWORDS = ("", "seven77", "x" * 201, "a long password\0", 7, None)
TOKENS = ("", "x" * 201, LINES, 7, None)
TITLES = ("", " ", "x" * 301, LINES, 7)
TIMES = ("", "tomorrow", "2099-01-01", "2099-01-01T00:00:00", "2099-02-30T00:00:00Z", "9999-12-31T23:59:59-12:00", 7)
MAXIMA = (0, -1, 1_000_001, 7.5, "20", True)
IDS = ("not-an-id", 7)
PAGING: Mapping[str, tuple[Any, ...]] = {
    "limit": ("0", "201", "-1", "x", "1.5", ""),
    "cursor": ("x",),
    "sort": ("name",),
}
STUDENT, TEACHER = "/student/assignments/{assignment}", "/teacher/assignments/{assignment}"
SUBMISSION, PERSON, CLASS = (
    "/teacher/submissions/{submission}",
    "/teacher/students/{student}",
    "/teacher/classes/{class}",
)
FIELDS = {"title": TITLES, "instructions": (NUL, 7, None), "deadline": (*TIMES, None), "class_id": IDS,
          "max_score": MAXIMA}  # fmt: skip

ROUTES = (
    Route("GET /health", "nobody"),
    Route("GET /ready", "nobody"),
    Route("GET /openapi.json", "nobody"),
    Route("GET /docs", "nobody", gives=HTML),
    Route("POST /auth/register", "nobody",
          {"name": "Eve", "email": "eve@school.example", "password": "a long password"},
          bad={"name": NAMES, "email": EMAILS, "password": PASSWORDS}, scope="auth"),
    Route("POST /auth/verify", "nobody", {"token": "unknown"}, bad={"token": TOKENS}, scope="auth"),
    Route("GET /auth/verify", "nobody", query={"token": "unknown"}, bad={"token": ("", "x" * 201)}, scope="auth"),
    Route("POST /auth/verify/resend", "nobody", {"email": "eve@school.example"}, bad={"email": EMAILS}, scope="auth"),
    Route("POST /auth/login", "nobody", {"email": "eve@school.example", "password": "a long password"},
          bad={"email": ("", "x" * 255, NUL, 7, None), "password": ("", "x" * 1001, NUL, 7, None)}, scope="auth"),
    Route("POST /auth/logout", "any", gives="", scope="write"),
    Route("GET /auth/me", "any"),
    Route("PATCH /auth/me", "any", {"name": "Ann"}, bad={"name": NAMES}, scope="write"),
    Route("POST /auth/password/forgot", "nobody", {"email": "eve@school.example"}, bad={"email": EMAILS}, scope="auth"),
    Route("POST /auth/password/reset", "nobody", {"token": "unknown", "password": "a long password"},
          bad={"token": TOKENS, "password": PASSWORDS}, scope="auth"),
    Route("GET /auth/password/reset", "nobody", query={"token": "unknown"}, gives=HTML, scope="auth"),
    Route("GET /student/assignments", "student", bad=PAGING),
    Route(f"GET {STUDENT}", "student"),
    Route(f"GET {STUDENT}/instructions", "student", gives=PLAIN),
    Route("POST /student/assignments/{untouched}/submission", "student", {"content": "Gold."},
          bad={"content": ("", " \n", NUL, 7, None)},
          takes=(PLAIN, JSON), scope="ai"),
    Route(f"GET {STUDENT}/submission", "student"),
    Route("GET /student/scores", "student", bad=PAGING),
    Route("GET /student/jobs/{job}", "student"),
    Route("POST /teacher/assignments", body={"instructions": "Gold. Maximum score: 20 points.", "deadline": LATER},
          bad=FIELDS, takes=(JSON, PLAIN), scope="ai"),
    Route("GET /teacher/assignments", bad={**PAGING, "teacher_id": ("x",), "class_id": ("x",)}),
    Route(f"GET {TEACHER}"),
    Route(f"PATCH {TEACHER}", body={"title": "Gold"},
          bad={**FIELDS, "correction_template": (NUL, 7, None)}, scope="ai", own=True),
    Route(f"DELETE {TEACHER}", gives="", scope="write", own=True),
    Route(f"GET {TEACHER}/instructions", gives=PLAIN),
    Route(f"GET {TEACHER}/template", gives=PLAIN),
    Route(f"PUT {TEACHER}/template", body={"content": "Gold is heavy."}, takes=(PLAIN,), scope="write", own=True),
    Route(f"GET {TEACHER}/submissions", bad=PAGING, own=True),
    Route(f"GET {SUBMISSION}", own=True),
    Route(f"GET {SUBMISSION}/content", gives=PLAIN, own=True),
    Route(f"PATCH {SUBMISSION}", body={"score": 1}, scope="write", own=True,
          bad={"score": (-1, 1.5, "1", True, None, 21, 1_000_001), "feedback": ("x" * 20_001, NUL, 7)}),
    Route(f"GET {SUBMISSION}/history", bad=PAGING, own=True),
    Route(f"POST {SUBMISSION}/regrade", body={}, bad={"replace_teacher_score": ("yes", 1, None)}, scope="ai", own=True),
    Route("GET /teacher/students", bad={**PAGING, "search": ("x" * 201, LINES), "class_id": ("x",)}),
    Route(f"GET {PERSON}"),
    Route(f"GET {PERSON}/scores", bad=PAGING),
    Route(f"GET {PERSON}/submissions", bad=PAGING),
    Route(f"DELETE {PERSON}", gives="", scope="write", own=True),
    Route("POST /teacher/classes", body={"name": "9z"}, bad={"name": NAMES}, scope="write"),
    Route("GET /teacher/classes", bad=PAGING),
    Route(f"GET {CLASS}", own=True),
    Route(f"PATCH {CLASS}", body={"name": "9z"}, bad={"name": NAMES}, scope="write", own=True),
    Route(f"DELETE {CLASS}", gives="", scope="write", own=True),
    Route(f"GET {CLASS}/students", bad=PAGING, own=True),
    Route(f"POST {CLASS}/students", body={"student_ids": [UNKNOWN]}, scope="write", own=True,
          bad={"student_ids": ([], ["x"], [7], "x", None, [UNKNOWN])}),
    Route(f"DELETE {CLASS}/students/{{student}}", gives="", scope="write", own=True),
    Route(f"GET {CLASS}/gradebook", own=True),
    Route("POST /teacher/teachers", body={"name": "Tea", "email": "tea@school.example"},
          bad={"name": NAMES, "email": EMAILS}, scope="write"),
    Route("GET /teacher/teachers", bad=PAGING),
    Route("GET /teacher/api-keys"),
    Route("PUT /teacher/api-keys/{provider}", body={"key": "sk-sim-1234567890"}, scope="write",
          bad={"key": ("", "short", "x" * 513, "x" * 1001, "has blanks in it", "with-ümlaut", NUL, 7, None)}),
    Route("DELETE /teacher/api-keys/{provider}", gives="", scope="write"),
    Route("GET /teacher/models"),
    Route("GET /teacher/rate-limits"),
    Route("PUT /teacher/rate-limits/{scope}", body={"limit": "600/minute"}, scope="write",
          bad={"limit": ("", "many", "x" * 201, "30", 30, None)}),
    Route("GET /teacher/jobs/{job}", own=True),
)  # fmt: skip

SHORT = {
    "kind": "short",
    "prompt": "Au?",
    "max_score": 2,
    "accepted": [{"text": "gold"}, {"text": "metal", "score": 1}],
}
CRITERIA = [
    {"title": "Facts", "prompt": "Says what gold is like.", "max_score": 12},
    {"title": "Language", "prompt": "Is clear.", "max_score": 8, "levels": [
        {"score": 0, "text": "not"}, {"score": 4, "text": "in parts"}, {"score": 8, "text": "throughout"}]},
]  # fmt: skip
DISPUTE = "Silver is meant as well, I think: look at line 3."
LUNA = {"provider": "openai", "model": "gpt-6-luna"}
TRIES: Mapping[str, Any] = {"models": [LUNA], "tries": 1}
TRIES_FIELDS = {
    "models": ([], [LUNA] * 101, [{"provider": "openai"}], [7], 7, None),
    "tries": (0, 1_001, 1.5, "1", None),
}
QUESTION_FIELDS = {"kind": ("drawing", 7, None), "prompt": (NUL, 7, None), "max_score": (0, 1_001, 1.5, "2", None),
                   "accepted": ([7], "gold", None)}  # fmt: skip
STUDENT_QUIZ, QUIZ = "/student/assignments/{quiz}", "/teacher/assignments/{quiz}"
COMPARED, CASE = "/teacher/assignments/{compared}", "/teacher/cases/{case}"
VERSIONED = {
    "GET /auth/me", "PATCH /auth/me",
    "GET /teacher/assignments/{assignment}", "PATCH /teacher/assignments/{assignment}",
    "DELETE /teacher/assignments/{assignment}", "GET /teacher/assignments/{assignment}/template",
    "GET /teacher/assignments/{rubric}/rubric",
    "PUT /teacher/assignments/{rubric}/rubric", "GET /teacher/questions/{question}",
    "PUT /teacher/questions/{question}", "DELETE /teacher/questions/{question}",
    "GET /teacher/submissions/{submission}",
    "PATCH /teacher/submissions/{submission}", "GET /teacher/classes/{class}", "PATCH /teacher/classes/{class}",
    "DELETE /teacher/classes/{class}",
}  # fmt: skip
# Tried at the end of the session, when there are rubrics, quizzes and cases. A new route is added here.
ADDED = (
    Route("POST /auth/password/change", "any", {"password": "wrong", "new_password": "a long password"},
          bad={"password": ("", "x" * 1001, NUL, 7, None), "new_password": ("", "x" * 201, 7, None)}, scope="auth"),
    Route("POST /auth/me/delete", "any", {"password": "wrong"},
          bad={"password": ("", "x" * 1001, NUL, 7, None)}, scope="auth"),
    Route("GET /student/classes", "student", bad=PAGING),
    Route("GET /student/jobs", "student", bad={**PAGING, "status": ("lost",)}),
    Route("GET /student/submissions", "student", bad=PAGING),
    Route("GET /teacher/jobs", bad={**PAGING, "status": ("lost",)}),
    Route(f"GET {STUDENT_QUIZ}/questions", "student", bad={"sort": ("name",)}),
    Route(f"PUT {STUDENT_QUIZ}/answers/{{number}}", "student", {"answer": "gold"}, scope="write",
          bad={"answer": (True, 1.5, [1.5], -1, {"left": "x"}, {"1": 2}, [["x", 1]], NUL)}),
    Route(f"POST {STUDENT_QUIZ}/answers/{{number}}/check", "student", scope="write"),
    Route("GET /teacher/assignments/{rubric}/rubric"),
    Route("PUT /teacher/assignments/{rubric}/rubric", body={"criteria": CRITERIA}, scope="ai", own=True,
          bad={"criteria": (7, "generate", None, [7], [{}], CRITERIA * 16)}),
    Route("GET /teacher/assignments/{rubric}/students", bad={**PAGING, "state": ("lost",)}, own=True),
    Route("POST /teacher/assignments/{rubric}/release", scope="write", own=True),
    Route(f"GET {QUIZ}/questions", bad={"sort": ("name",)}, own=True),
    Route(f"POST {QUIZ}/questions", body=SHORT, bad=QUESTION_FIELDS, takes=(JSON, GIFT), scope="write", own=True),
    Route(f"GET {QUIZ}/questions.gift", gives="text/x-gift", own=True),
    Route(f"POST {QUIZ}/questions/approve", body={"numbers": [1]}, scope="write", own=True,
          bad={"numbers": (7, "none", None, [], [0], ["1"])}),
    Route(f"PUT {QUIZ}/questions/order", body={"numbers": [1, 2, 3]}, scope="write", own=True,
          bad={"numbers": (7, "all", None, [0], ["1"], [1, 2], [1, 1, 2], [1, 2, 3, 4])}),
    Route(f"POST {QUIZ}/copy", body={"deadline": LATER}, scope="write", own=True,
          bad={"title": TITLES, "deadline": (*TIMES, None), "class_id": IDS}),
    Route(f"POST {QUIZ}/publish", scope="write", own=True),
    Route(f"GET {QUIZ}/analysis", own=True),
    Route("GET /teacher/questions", bad={**PAGING, "kind": ("drawing",), "search": ("x" * 201,),
                                         "assignment_id": ("x", UNKNOWN)}),
    Route("GET /teacher/questions/{question}", own=True),
    Route("PUT /teacher/questions/{question}", body=SHORT, bad=QUESTION_FIELDS, scope="write", own=True),
    Route("DELETE /teacher/questions/{question}", gives="", scope="write", own=True),
    Route("POST /student/assignments/{marked}/regrade-requests", "student", {"number": 3, "text": DISPUTE},
          scope="write", bad={"number": (0, 1_001, 1.5, "3"), "text": ("too short", NUL, 7, None)}),
    Route("GET /student/assignments/{marked}/regrade-requests", "student", bad=PAGING),
    Route("DELETE /student/assignments/{marked}/regrade-requests/{request}", "student", gives="", scope="write"),
    Route("GET /teacher/assignments/{marked}/regrade-requests", bad={**PAGING, "state": ("lost",)}, own=True),
    Route("GET /teacher/regrade-requests", bad={**PAGING, "state": ("lost",)}),
    Route("POST /teacher/regrade-requests/{request}/decide", body={"accept": False, "answer": "It stays."}, own=True,
          scope="write", bad={"accept": ("yes", None), "answer": (NUL, 7), "score": (-1, 1.5, "1")}),
    Route("PUT /teacher/questions/{question}/key", body={"accepted": [{"text": "gold"}]}, scope="write", own=True,
          bad={"accepted": (7, "gold", None, [7])}),
    Route(f"GET {COMPARED}/review", bad=PAGING, own=True),
    Route(f"POST {COMPARED}/cases", body={"label": "A text of last year"}, scope="write", own=True,
          bad={"label": TITLES, "content": ("", " \n", NUL, 7), "submission_ids": ([], ["x"], 7),
               "draw": (0, "1", 1.5)}),
    Route(f"GET {COMPARED}/cases", bad=PAGING, own=True),
    Route(f"POST {COMPARED}/tries", body=TRIES, bad=TRIES_FIELDS, scope="ai", own=True),
    Route(f"POST {COMPARED}/cases/promote", scope="write", own=True,
          body={**LUNA, "prompt_version": "none", "reason": "It agrees with me."},
          bad={"provider": NAMED, "model": NAMED, "prompt_version": NAMED, "reason": ("", "x" * 1_001, NUL, 7, None)}),
    Route(f"GET {COMPARED}/agreement", own=True),
    Route(f"GET {CASE}", own=True),
    Route(f"DELETE {CASE}", gives="", scope="write", own=True),
    Route(f"PUT {CASE}/content", body={"content": "Gold."}, takes=(PLAIN,), scope="write", own=True),
    Route(f"POST {CASE}/tries", body=TRIES, bad=TRIES_FIELDS, scope="ai", own=True),
    Route(f"PUT {CASE}/marks", body={"marks": {"1": {"score": 9}, "2": {"score": 8}}}, scope="write", own=True,
          bad={"marks": (7, None, [1], {"x": {"score": 1}}, {"0": {"score": 1}}, {"1": {}}, {"1": {"score": "1"}})}),
    # Last, so that it is refused for being asked too often before it ends a session.
    Route("DELETE /auth/sessions", "any", gives="", scope="write"),
)  # fmt: skip
