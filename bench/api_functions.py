"""Every API function with arguments that find something in the seeded rows."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from bench import data

DISPUTED = "The second paragraph gives the reason."
REQUEST = """
    select r.id, r.assignment_id, r.teacher_id, s.student_id
      from assay.regrade_requests r join assay.submissions s on s.id = r.submission_id
     where r.state = 'open' order by r.id limit 1"""
CRITERIA = [{"title": f"Criterion {n}", "prompt": "Is met.", "max_score": 5} for n in (1, 2)]

STUDENT, WRITER, TEACHER, CLASS, ASSIGNMENT, OPEN, SUBMISSION, JOB, QUIZ, QUESTION = 1, 2, 3, 4, 5, 6, 7, 9, 10, 11


@dataclass(frozen=True, slots=True)
class Case:
    """One call: a query file, a word on what is special about it, and the arguments that differ from the usual."""

    query: str
    label: str = ""
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.query} ({self.label})" if self.label else self.query


def case(query: str, label: str = "", **values: Any) -> Case:
    return Case(query, label, tuple(values.items()))


def identity(kind: int, number: int) -> UUID:
    """The id that seed.sql gives."""
    return UUID(f"019a0000-0000-7{kind:03x}-8000-{number:012x}")


def after(kind: int, number: int, name: str = "") -> str:
    """The cursor of a list that may be sorted."""
    return ".".join([str(identity(kind, number)), *([name.encode().hex()] if name else [])])


def digest(of: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(data.token(of).encode()).digest()


async def cases(connection: asyncpg.Connection, students: int) -> tuple[dict[str, Any], list[Case]]:
    """The usual arguments, and every API function at least once."""
    student, assignments = students // 2, students // 10
    row = await connection.fetchrow(
        "select s.id, s.assignment_id from assay.submissions s where s.student_id = $1 order by s.id desc limit 1",
        identity(STUDENT, student),
    )
    assert row is not None
    assignment = int(row["assignment_id"].hex[-12:], 16)
    job = await connection.fetchrow(
        "select j.id, j.student_id, j.teacher_id from assay.finished_jobs j order by j.id desc offset 7 limit 1"
    )
    assert job is not None
    teacher, class_ = assignment // 50, assignment // 5
    mine, hers = digest(f"student-{student}"), digest(f"teacher-{teacher}")
    hands_in, owner = digest("writer-7"), digest(f"teacher-{students // 500}")
    asked, grades = int(job["student_id"].hex[-12:], 16), int(job["teacher_id"].hex[-12:], 16)
    usual = {
        "limit": 50, "cursor": None, "search": None, "class_id": None, "teacher_id": None, "content": "A text. " * 250,
        "assignment_id": row["assignment_id"], "submission_id": row["id"], "student_id": identity(STUDENT, student),
        "job_id": job["id"], "email": f"student-{student}@example.org", "name": "A name", "password_hash": "hash",
        "new_hash": None, "account_id": identity(STUDENT, student), "link_digest": b"m" * 32, "sealed_link": b"sealed",
        "provider": "openai", "sealed": b"sealed", "last4": "last", "scope": "read", "body": "{}",
        "separator": "comma", "stated_maximum": None, "template_totals": [], "calls_per_day": None,
        "state": None, "criteria": False, "kind": None, "status": None, "sort": None,
        "idempotency_key": "a key", "request_digest": b"r" * 32,
        "if_match": None, "traceparent": None,
    }  # fmt: skip
    known = await connection.fetchval(
        "select c.id from assay.cases c where c.assignment_id = $1 order by c.id limit 1", row["assignment_id"]
    )
    marks_it: dict[str, Any]
    brought: dict[str, Any]
    marks_it, brought = (
        {"token_digest": hers, "case_id": known},
        {"token_digest": hers, "case_id": identity(16, teacher)},
    )
    tries = json.dumps({"models": [{"provider": "openai", "model": "gpt-6-luna"}], "tries": 2})
    luna = {"provider": "openai", "model": "gpt-6-luna", "prompt_version": "3f2a", "reason": "Better."}
    deep = identity(SUBMISSION, students * 10)
    own: dict[str, Any] = {"token_digest": owner, "assignment_id": identity(OPEN, 3)}
    quiz: dict[str, Any] = {"token_digest": hands_in, "assignment_id": identity(QUIZ, 0)}
    request = await connection.fetchrow(REQUEST)
    assert request is not None
    disputes = digest(f"student-{int(request['student_id'].hex[-12:], 16)}")
    hears = digest(f"teacher-{int(request['teacher_id'].hex[-12:], 16)}")
    instructed = json.dumps({"instructions": "Write well. Maximum: 10 points."})
    draft = {"title": "T", "instructions": "Write. Maximum: 10 points.", "deadline": "2099-01-01T00:00:00Z"}
    found = [
        case("auth/list_rate_limits"),
        case("auth/read_readiness", digest="", migrations=[]),
        case("auth/read_session", token_digest=mine),
        case("auth/note_write", token_digest=mine),
        case("auth/read_replay_position"),
        case("auth/read_figures"),
        case("auth/read_log_position"),
        case("auth/read_me", "student", token_digest=mine),
        case("auth/read_me", "teacher", token_digest=hers),
        case("auth/read_my_hash", token_digest=mine),
        case("auth/edit_me", "student", token_digest=mine, body='{"name": "Another"}'),
        case("auth/edit_me", "teacher", token_digest=hers, body='{"name": "Another"}'),
        case("auth/change_password", "student", token_digest=mine),
        case("auth/change_password", "teacher", token_digest=hers),
        case("auth/end_sessions", token_digest=mine),
        case("auth/delete_me", "student", token_digest=mine),
        case("auth/delete_me", "teacher", token_digest=owner),
        case("auth/read_login"),
        case("auth/login", token_digest=b"t" * 32),
        case("auth/logout", token_digest=mine),
        case("auth/verify", link_digest=digest("verify")),
        case("auth/reset_password", link_digest=digest("reset")),
        case("auth/register", email="new@example.org"),
        case("auth/register", "known address"),
        case("auth/resend_verification"),
        case("auth/forgot_password"),
        case("student/list_assignments", token_digest=mine),
        case("student/list_assignments", "page 2", token_digest=mine, limit=5, cursor=after(ASSIGNMENT,
             assignments - 1)),
        case("student/list_assignments", "open ones", token_digest=mine, state="open"),
        case("student/list_assignments", "by deadline", token_digest=mine, sort="deadline"),
        case("student/list_jobs", token_digest=digest(f"student-{asked}")),
        case("student/list_jobs", "succeeded", token_digest=digest(f"student-{asked}"), status="succeeded"),
        case("student/list_submissions", token_digest=mine),
        case("student/list_submissions", "page 2", token_digest=mine, limit=5, cursor=deep),
        case("student/list_assignments", "nothing handed in", token_digest=hands_in),
        case("student/list_assignments", "one class", token_digest=mine, class_id=identity(CLASS, 0)),
        case("student/list_classes", token_digest=mine),
        case("student/list_scores", token_digest=mine),
        case("student/list_scores", "page 2", token_digest=mine, limit=5, cursor=deep),
        case("student/read_assignment", token_digest=mine),
        case("student/read_instructions", token_digest=mine),
        case("student/read_submission", token_digest=mine),
        case("student/read_job", token_digest=digest(f"student-{asked}")),
        case("student/read_outcome", token_digest=digest(f"student-{asked}")),
        case("student/submit_assignment", token_digest=hands_in, assignment_id=identity(OPEN, 3)),
        case("student/list_questions", **quiz),
        case("teacher/list_questions", token_digest=owner, assignment_id=identity(QUIZ, 0)),
        case("teacher/publish_assignment", token_digest=owner, assignment_id=identity(QUIZ, 0)),
        case("teacher/correct_key", token_digest=owner, question_id=identity(QUESTION, 1), body='{"void": true}'),
        case("teacher/approve_questions", token_digest=owner, assignment_id=identity(QUIZ, 0),
             body='{"numbers": "all"}'),
        case("teacher/order_questions", token_digest=owner, assignment_id=identity(QUIZ, 0),
             body='{"numbers": [2, 1]}'),
        case("teacher/copy_assignment", token_digest=owner, assignment_id=identity(QUIZ, 0),
             body='{"deadline": "2099-01-01T00:00:00Z"}'),
        case("teacher/list_bank", token_digest=owner, assignment_id=None),
        case("teacher/list_bank", "search", token_digest=owner, assignment_id=None, search="which", kind="choices"),
        case("teacher/list_bank", "one assignment", token_digest=owner, assignment_id=identity(QUIZ, 0)),
        case("teacher/read_analysis", token_digest=owner, assignment_id=identity(QUIZ, 0)),
        case("teacher/export_questions", token_digest=owner, assignment_id=identity(QUIZ, 0)),
        case("teacher/import_questions", token_digest=owner, assignment_id=identity(QUIZ, 0), body=json.dumps([
            {"line": 1, "question": {"kind": "short", "prompt": "?", "max_score": 1, "options": [{"text": "so"}]}}])),
        case("teacher/read_question", token_digest=owner, question_id=identity(QUESTION, 1)),
        case("teacher/replace_question", token_digest=owner, question_id=identity(QUESTION, 1),
             body='{"kind": "short", "prompt": "Why?", "max_score": 1, "options": [{"text": "so"}]}'),
        case("teacher/delete_question", token_digest=owner, question_id=identity(QUESTION, 1)),
        case("student/check_answer", **quiz, number=1),
        case("teacher/add_question", token_digest=owner, assignment_id=identity(QUIZ, 0),
             body='{"kind": "short", "prompt": "Why?", "max_score": 1, "options": [{"text": "so"}]}'),
        case("student/request_regrade", token_digest=mine, body=json.dumps({"text": DISPUTED})),
        case("student/list_regrade_requests", token_digest=mine),
        case("student/withdraw_regrade_request", token_digest=disputes, assignment_id=request["assignment_id"],
             request_id=request["id"]),
        case("teacher/list_review", token_digest=hers),
        case("teacher/list_regrade_requests", token_digest=hears, assignment_id=request["assignment_id"]),
        case("teacher/list_all_regrade_requests", token_digest=hears),
        case("teacher/decide_regrade_request", token_digest=hears, request_id=request["id"],
             body='{"accept": false, "answer": "No."}'),
        case("student/save_answer", **quiz, number=1, body='{"answer": {"picked": [5001]}}'),
        case("teacher/list_submissions", token_digest=hers),
        case("teacher/list_submissions", "page 2", token_digest=hers, cursor=str(deep)),
        *(case("teacher/list_submissions", f"by {sort}", token_digest=hers, sort=sort)
          for sort in ("score", "-submitted_at", "name")),
        case("teacher/list_assignments", token_digest=hers),
        case("teacher/list_assignments", "page 2", token_digest=hers, cursor=after(ASSIGNMENT, assignments // 2)),
        *(case("teacher/list_assignments", state, token_digest=hers, state=state)
          for state in ("draft", "open", "closed")),
        case("teacher/list_assignments", "by deadline", token_digest=hers, sort="-deadline"),
        case("teacher/list_assignments", "one teacher's by deadline", token_digest=hers, sort="deadline",
             teacher_id=identity(TEACHER, teacher)),
        case("teacher/list_assignments", "one teacher", token_digest=hers, teacher_id=identity(TEACHER, teacher)),
        case("teacher/list_assignments", "one teacher, nothing there", token_digest=hers,
             teacher_id=identity(TEACHER, 99999)),
        case("teacher/list_assignments", "one class", token_digest=hers, class_id=identity(CLASS, 0)),
        case("teacher/list_students", token_digest=hers),
        case("teacher/list_students", "page 2", token_digest=hers, cursor=after(STUDENT, student)),
        case("teacher/list_students", "by name", token_digest=hers, sort="name"),
        case("teacher/list_students", "by name, page 2", token_digest=hers, sort="name",
             cursor=after(STUDENT, student, f"Student {student}")),
        case("teacher/list_students", "search, common", token_digest=hers, search="student"),
        case("teacher/list_students", "search, rare", token_digest=hers, search=f"student-{student}@"),
        case("teacher/list_students", "search, nobody", token_digest=hers, search="nobody has this name"),
        case("teacher/list_students", "search, two letters", token_digest=hers, search="zq"),
        case("teacher/list_students", "class", token_digest=hers, class_id=identity(CLASS, 0)),
        case("teacher/list_students", "search in class", token_digest=hers, class_id=identity(CLASS, 0),
             search="student"),
        case("teacher/read_student", token_digest=hers),
        case("teacher/list_student_scores", token_digest=hers),
        case("teacher/list_student_submissions", token_digest=hers),
        case("teacher/list_score_history", token_digest=hers),
        case("teacher/read_submission", token_digest=hers),
        case("teacher/read_submission_content", token_digest=hers),
        case("teacher/read_assignment", token_digest=hers),
        case("teacher/read_edited_assignment", token_digest=digest(f"teacher-{grades}")),
        case("auth/answer_once", token_digest=hers),
        case("auth/read_caller", token_digest=hers, audience="teacher"),
        case("teacher/read_instructions", token_digest=hers),
        case("teacher/read_template", token_digest=hers),
        case("teacher/list_classes", token_digest=hers),
        case("teacher/read_class", token_digest=hers, class_id=identity(CLASS, class_)),
        case("teacher/list_class_students", token_digest=hers, class_id=identity(CLASS, class_)),
        case("teacher/list_class_students", "by name", token_digest=hers, class_id=identity(CLASS, class_),
             sort="name"),
        case("teacher/read_gradebook", token_digest=hers, class_id=identity(CLASS, class_)),
        case("teacher/read_gradebook_csv", token_digest=hers, class_id=identity(CLASS, class_)),
        case("teacher/add_cases", "brought", token_digest=hers, body='{"label": "Brought"}'),
        case("teacher/add_cases", "drawn", token_digest=hers, body='{"draw": 20}'),
        case("teacher/list_cases", token_digest=hers),
        case("teacher/read_case", **marks_it),
        case("teacher/replace_case_content", **brought),
        case("teacher/delete_case", **marks_it),
        case("teacher/mark_case", **marks_it, body='{"marks": {"total": {"score": 3}}}'),
        case("teacher/try_case", **marks_it, body=tries),
        case("teacher/try_cases", token_digest=hers, body=tries),
        case("teacher/list_agreement", token_digest=hers),
        case("teacher/promote_tries", token_digest=hers, body=json.dumps(luna)),
        case("teacher/list_teachers", token_digest=hers),
        case("teacher/list_api_keys", token_digest=hers),
        case("teacher/list_models", token_digest=hers),
        case("teacher/list_rate_limits", token_digest=hers),
        case("teacher/read_job", token_digest=digest(f"teacher-{grades}")),
        case("teacher/list_jobs", token_digest=digest(f"teacher-{grades}")),
        *(case("teacher/list_jobs", status, token_digest=digest(f"teacher-{grades}"), status=status)
          for status in ("queued", "failed")),
        case("teacher/read_outcome", token_digest=digest(f"teacher-{grades}")),
        case("teacher/create_assignment", token_digest=hers, body=json.dumps(draft)),
        case("teacher/create_assignment", "rubric", token_digest=hers, body=json.dumps(draft | {"rubric": CRITERIA})),
        case("teacher/edit_assignment", "title", **own, body='{"title": "Another"}'),
        case("teacher/edit_assignment", "instructions", **own, body=instructed),
        case("teacher/replace_template", **own),
        case("teacher/read_rubric", token_digest=hers),
        case("teacher/replace_rubric", **own, body=json.dumps({"criteria": CRITERIA})),
        case("teacher/read_taken_rubric", token_digest=digest(f"teacher-{grades}")),
        case("teacher/release_results", **own),
        case("teacher/list_assignment_students", token_digest=hers),
        case("teacher/list_assignment_students", "by name", token_digest=hers, sort="name"),
        case("teacher/delete_assignment", **own),
        case("teacher/edit_submission", token_digest=hers, body='{"score": 3, "feedback": "Better"}'),
        case("teacher/regrade_submission", token_digest=hers),
        case("teacher/create_class", token_digest=hers, body='{"name": "A class"}'),
        case("teacher/edit_class", token_digest=hers, class_id=identity(CLASS, class_), body='{"name": "Another"}'),
        case("teacher/enrol_students", token_digest=hers, class_id=identity(CLASS, class_),
             body=json.dumps({"student_ids": [str(identity(STUDENT, n)) for n in range(20)]})),
        case("teacher/remove_student", token_digest=hers, class_id=identity(CLASS, class_)),
        case("teacher/delete_class", token_digest=hers, class_id=identity(CLASS, class_)),
        case("teacher/delete_student", token_digest=hers),
        case("teacher/invite_teacher", token_digest=hers, body='{"name": "B", "email": "b@example.org"}'),
        case("teacher/put_api_key", token_digest=hers),
        case("teacher/delete_api_key", token_digest=hers),
        case("teacher/edit_rate_limit", token_digest=hers, body='{"limit": "30/minute"}'),
    ]  # fmt: skip
    return usual, found
