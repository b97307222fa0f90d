"""Rules that speak of one row: each is refused by its name, whoever inserts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.rules.quizzes import CHOICE, quiz, saved, unpublished
from tests.rules.rows import Sql, digest, draft, pending, refused, row, school, soon, submission, teacher

DIGEST = digest("x")
TOO_LONG = "x" * 201
UTC_SOON = soon(hours=1)
LESS_THAN_NONE = {"reasoning_tokens": -1}
PASSWORD_LINK = {"purpose": "set_password", "expires_at": UTC_SOON}

# rule, table, what is wrong; {…} names are filled in from a small school.
BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("name_not_blank", "students", {"name": " \t", "email": "a@b"}),
    ("name_not_blank", "teachers", {"name": TOO_LONG, "email": "a@b"}),
    ("name_not_blank", "classes", {"name": "", "teacher_id": "teacher"}),
    ("email_well_formed", "students", {"name": "A", "email": "a@b@c"}),
    ("email_well_formed", "teachers", {"name": "A", "email": "nowhere"}),
    ("deleted_cannot_log_in", "teachers", {"name": "A", "email": "a@b", "deleted_at": UTC_SOON}),
    ("name_not_blank", "registrations", {"name": " "}),
    ("email_well_formed", "registrations", {"email": "nowhere"}),
    ("address_belongs_to_one_person", "email_addresses", {"address": "x@y"}),
    ("one_address_per_student", "email_addresses", {"address": "x@y", "student_id": "student"}),
    ("one_address_per_teacher", "email_addresses", {"address": "x@y", "teacher_id": "teacher"}),
    ("email_addresses_read_only", "email_addresses", {"address": "x@y", "teacher_id": "teacher without an address"}),
    ("digest_is_sha256", "sessions", {"digest": b"short", "student_id": "student"}),
    ("digest_is_sha256", "links", PASSWORD_LINK | {"digest": b"", "student_id": "student"}),
    ("session_belongs_to_one_person", "sessions", {"digest": DIGEST, "student_id": "student", "teacher_id": "teacher"}),
    ("link_belongs_to_one_person", "links", PASSWORD_LINK | {"digest": DIGEST}),
    ("key_belongs_to_one_person", "idempotency_keys", {"digest": DIGEST, "request_digest": DIGEST}),
    ("kept_is_job_or_body", "idempotency_keys", {"digest": DIGEST, "request_digest": DIGEST, "student_id": "student",
                                                 "job_id": uuid4(), "body": "{}"}),
    ("purpose_known", "links", PASSWORD_LINK | {"digest": DIGEST, "student_id": "student", "purpose": "other"}),
    ("purpose_known", "mail_kinds", {"kind": "other", "link_purpose": "other", "link_lifetime": timedelta(hours=1)}),
    ("sent_or_failed", "outgoing_mail", {"sent_at": UTC_SOON, "failed_at": UTC_SOON}),
    ("link_is_erased_once_sent", "outgoing_mail", {"sent_at": UTC_SOON, "sealed_link": b"sealed"}),
    ("enrolled_once", "enrolments", {"class_id": "class", "student_id": "student"}),
    ("class_is_own", "assignments", {"class_id": "foreign class"}),
    ("title_not_blank", "assignments", {"title": "\n"}),
    ("instructions_not_blank", "assignments", {"instructions": " "}),
    ("template_not_blank", "assignments", {"correction_template": ""}),
    ("max_score_in_range", "assignments", {"max_score": 0}),
    ("max_score_in_range", "assignments", {"max_score": 1_000_001}),
    ("template_missing", "assignments", {"correction_template": None, "published_at": UTC_SOON}),
    ("max_score_missing", "assignments", {"max_score": None, "published_at": UTC_SOON}),
    ("takes_known", "assignments", {"takes": "pages"}),
    ("gate_min_cases_in_range", "assignments", {"gate_min_cases": 0}),
    ("gate_min_cases_in_range", "assignments", {"gate_min_cases": 201}),
    ("reveal_known", "assignments", {"reveal": "never"}),
    ("autonomy_known", "assignments", {"autonomy": "none"}),
    ("gate_min_qwk_in_range", "assignments", {"gate_min_qwk": "1.1"}),
    ("gate_min_qwk_in_range", "assignments", {"gate_min_qwk": "NaN"}),
    ("gate_max_bias_in_range", "assignments", {"gate_max_bias": "-0.1"}),
    ("regrade_days_in_range", "assignments", {"regrade_days": -1}),
    ("attempts_in_range", "assignments", {"takes": "answers", "reveal": "at_once", "attempts": 11}),
    ("attempts_in_range", "assignments", {"takes": "answers", "reveal": "at_once", "attempts": 0}),
    ("attempts_need_feedback", "assignments", {"takes": "answers", "attempts": 2}),
    ("at_once_needs_answers", "assignments", {"reveal": "at_once"}),
    ("class_instructions_not_huge", "classes", {"teacher_id": "teacher", "name": "A", "instructions": "x" * 20_001}),
    ("comment_not_huge", "submissions", {"comment": "x" * 1_001}),
    ("question_kind_known", "questions", {"kind": "python"}),
    ("bloom_known", "questions", {"bloom": "guess"}),
    ("prompt_not_blank", "questions", {"prompt": " "}),
    ("prompt_not_blank", "questions", {"prompt": "\u2800"}),
    ("prompt_not_blank", "questions", {"prompt": "x" * 10_001}),
    ("question_title_readable", "questions", {"title": " "}),
    ("question_title_readable", "questions", {"title": "\u200b"}),
    ("question_title_readable", "questions", {"title": "A\u202eB"}),
    ("question_title_readable", "questions", {"title": "A\nB"}),
    ("question_title_readable", "questions", {"title": "Zoe\u0308"}),
    ("question_title_readable", "questions", {"title": "x" * 301}),
    ("question_score_in_range", "questions", {"max_score": 0}),
    ("question_score_in_range", "questions", {"max_score": 1_001}),
    ("guide_missing", "questions", {"kind": "open", "guide": " "}),
    ("guide_missing", "questions", {"kind": "open", "guide": "\u3164"}),
    ("question_text_not_huge", "questions", {"explanation": "x" * 10_001}),
    ("option_number_taken", "options", {"number": 1}),
    ("option_not_huge", "options", {"text": "x" * 2_001}),
    ("option_score_in_range", "options", {"score": -1}),
    ("number_unreadable", "options", {"tolerance": -1}),
    ("number_unreadable", "options", {"tolerance": "NaN"}),
    ("answered_once", "answers", {}),
    ("attempt_in_order", "answers", {"attempt": 0}),
    ("submission_count_not_negative", "submission_counts", {"submissions": -1}),
    ("content_not_blank", "submissions", {"content": " \n "}),
    ("feedback_not_huge", "submissions", {"feedback": "x" * 20_001}),
    ("score_in_range", "submissions", {"score": -1}),
    ("score_in_range", "submissions", {"score": 101}),
    ("flagged_once", "flags", {"kind": "role_marker", "starts_at": 0, "ends_at": 1}),
    ("flag_in_order", "flags", {"kind": "role_marker", "starts_at": 2, "ends_at": 1}),
    ("reason_known", "coin_ledger", {"reason": "gift"}),
    ("ledger_immutable", "coin_ledger", {"reason": "edited"}),
    ("actor_known", "coin_ledger", {"actor": "postgres"}),
    ("kind_known", "jobs", {"kind": "other"}),
    ("content_not_blank", "pending_submissions", {"content": "\t"}),
    ("kind_is_a_module_name", "job_kinds", {"kind": "app.os"}),
    ("share_of_calls", "job_kinds", {"kind": "other", "share": 0}),
    ("one_claim_lock", "claim_lock", {"only_row": False}),
    ("waiting_or_running", "jobs", {"worker_id": 1, "run_at": UTC_SOON}),
    ("title_not_blank", "assignment_drafts", {"title": " "}),
    ("instructions_not_blank", "assignment_drafts", {"instructions": " "}),
    ("max_score_in_range", "assignment_drafts", {"max_score": 0}),
    ("class_is_own", "assignment_drafts", {"class_id": "foreign class"}),
    ("traceparent_well_formed", "jobs", {"traceparent": "00-Walrus"}),
    ("failure_has_a_cause", "finished_jobs", {"error_code": "ai_unavailable"}),
    ("error_code_known", "finished_jobs", {"error_code": "weather", "cause": "outage"}),
    ("status_is_an_error", "error_codes", {"status": 200}),
    ("sentence_ends_like_one", "error_codes", {"sentence": "no"}),
    ("cause_known", "finished_jobs", {"cause": "weather", "error_code": "ai_unavailable"}),
    ("one_key_per_service", "api_keys", {"provider": "openai"}),
    ("provider_known", "api_keys", {"provider": "other"}),
    ("last4_is_short", "api_keys", {"provider": "anthropic", "last4": "abcde"}),
    ("calls_per_day_positive", "api_keys", {"provider": "anthropic", "calls_per_day": 0}),
    ("one_row_per_model", "ai_models", {"provider": "openai", "model": "gpt-4o", "rank": 1}),
    ("provider_known", "ai_models", {"provider": "other", "model": "x", "rank": 1}),
    ("parameters_are_an_object", "ai_models", {"provider": "openai", "model": "x", "rank": 1, "parameters": "[]"}),
    ("reasoning_tokens_not_negative", "ai_models", {"provider": "openai", "model": "x", "rank": 1, **LESS_THAN_NONE}),
    ("provider_known", "ai_attempts", {"provider": "other"}),
    ("milliseconds_not_negative", "ai_attempts", {"milliseconds": -1}),
    ("scope_known", "rate_limits", {"scope": "other", "rule": "1/second"}),
    ("limit_readable", "rate_limits", {"scope": "ai", "rule": "often"}),
    ("limit_readable", "rate_limits", {"scope": "ai", "rule": "0/second"}),
    ("action_known", "audit", {"action": "seen"}),
    ("reason_not_blank", "audit", {"reason": " "}),
    ("reason_not_blank", "audit", {"reason": "\u200b"}),
    ("actor_known", "audit", {"actor": "postgres"}),
    ("audit_immutable", "audit", {}),
    ("one_actor_seal", "actor_seal", {"only_row": False}),
    ("reason_not_blank", "deadline_extensions", {"reason": " "}),
    ("reason_not_blank", "deadline_extensions", {"reason": "\u0301"}),
    ("deadline_only_later", "deadline_extensions", {"extended_from": UTC_SOON}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "table", "wrong"), BROKEN, ids=[f"{rule}-{table}" for rule, table, _ in BROKEN])
async def test_a_row_that_breaks_a_rule_is_refused_by_its_name(
    sql: Sql, rule: str, table: str, wrong: dict[str, Any]
) -> None:
    values = await good(sql, table) | wrong
    known = await names(sql) if any(value in NAMES for value in values.values() if isinstance(value, str)) else {}
    with refused(by=rule):
        await row(sql, table, **{c: known.get(v, v) if isinstance(v, str) else v for c, v in values.items()})


NAMES = ("teacher", "student", "class", "foreign class", "teacher without an address")


async def names(sql: Sql) -> dict[str, Any]:
    """The people and classes that the table above speaks of."""
    first = "select (select id from assay.teachers order by id limit 1), (select id from assay.students limit 1),"
    found = await sql.fetchrow(f"{first} (select id from assay.classes order by id limit 1)")
    assert found is not None
    other = await teacher(sql)
    lonely = await teacher(sql)
    await sql.execute("set session_replication_role = replica")
    await sql.execute("delete from assay.email_addresses where teacher_id = $1", lonely.id)
    await sql.execute("set session_replication_role = origin")
    foreign = await row(sql, "classes", teacher_id=other.id, name="other")
    return dict(zip(NAMES, (*found, foreign["id"], lonely.id), strict=True))


async def good(sql: Sql, table: str) -> dict[str, Any]:
    """What the table above leaves out of a row, for tables where that is much."""
    here = await school(sql)
    owner, author, task = here.teacher.id, here.student.id, here.task
    match table:
        case "registrations":
            return {"name": "A", "email": "a@b", "password_hash": "hash"}
        case "outgoing_mail":
            return {"kind": "verify_email", "recipient": "a@b", "address": "a@b"}
        case "assignments":
            return {"teacher_id": owner, "title": "T", "instructions": "I", "correction_template": "C", "max_score": 9,
                    "deadline": UTC_SOON}  # fmt: skip
        case "submission_counts":
            return {"assignment_id": task}
        case "submissions":
            return {"student_id": author, "assignment_id": task, "content": "x", "score": 1, "original_score": 1}
        case "flags":
            text = await submission(sql, here.student, task)
            await row(sql, "flags", submission_id=text, kind="role_marker", starts_at=0, ends_at=1)
            return {"submission_id": text}
        case "coin_ledger":
            return {"student_id": author, "submission_id": task, "assignment_id": task, "coins": 0, "actor": "ai",
                    "reason": "edited"}  # fmt: skip
        case "job_kinds":
            return {"turn": 30, "shown_as": "other"}
        case "jobs":
            return {"kind": "grade_text", "teacher_id": owner, "student_id": author, "subject_id": task}
        case "pending_submissions":
            return {"student_id": author, "assignment_id": task}
        case "assignment_drafts":
            return {"teacher_id": owner, "assignment_id": task, "title": "T", "instructions": "I", "deadline": UTC_SOON}
        case "finished_jobs":
            return {"id": task, "kind": "grade_text", "teacher_id": owner, "attempt": 1, "created_at": UTC_SOON}
        case "api_keys":
            return {"teacher_id": owner, "sealed": b"x", "last4": "abcd"}
        case "ai_attempts":
            return {"job_id": task, "teacher_id": owner, "provider": "openai", "model": "x", "outcome": "ok",
                    "milliseconds": 1}  # fmt: skip
        case "deadline_extensions":
            return {"assignment_id": task, "extended_from": soon(), "extended_to": UTC_SOON, "reason": "x"}
        case "questions":
            return {
                "assignment_id": await unpublished(sql, here.teacher),
                "number": 1,
                "kind": "short",
                "prompt": "?",
                "max_score": 1,
            }
        case "options":
            return {"question_id": (await quiz(sql, CHOICE)).questions[0], "number": 4, "text": "x"}
        case "answers":
            asked = await quiz(sql, CHOICE)
            await saved(sql, asked.student, asked.questions[0])
            return {"student_id": asked.student.id, "question_id": asked.questions[0]}
        case "error_codes":
            return {"code": "x", "status": 409, "sentence": "It is so."}
        case "audit":
            return {"table_name": "students", "row_key": "x", "action": "changed", "actor": "ai"}
        case "rate_limits":
            await sql.execute("delete from assay.rate_limits")
    return {}


@pytest.mark.parametrize(
    "rule", ["30/minute", "5/second; 100/hour", "10 per 2 minutes", " 1440 / day ", "1/second;1 per 1 minute"]
)
async def test_limits_are_written_in_many_ways(sql: Sql, rule: str) -> None:
    await sql.execute("update assay.rate_limits set rule = $1 where scope = 'ai'", rule)


@pytest.mark.parametrize(
    "rule", ["1/year", "59/hour", "1/day", "1000000 per 2 days", "100/second; 1/2 minutes", "9/month"]
)
async def test_no_limit_shuts_people_out_whoever_sets_it(sql: Sql, rule: str) -> None:
    here = await school(sql)
    for scope in ("auth", "read"):
        with refused(by="limit_is_fair"):
            await sql.execute("update assay.rate_limits set rule = $1 where scope = $2", rule, scope)
        with refused(by="limit_is_fair"):
            await sql.execute("select api.edit_rate_limit($1, $2, $3)", here.teacher.token, scope, rule)
    await sql.execute("update assay.rate_limits set rule = '2/day' where scope = 'attempts'")


async def test_a_student_has_one_pending_text_per_assignment_and_an_assignment_one_template_job(sql: Sql) -> None:
    here = await school(sql)
    await pending(sql, here.student, here.task)
    with refused(by="submission_pending"):
        await pending(sql, here.student, here.task)
    await draft(sql, here.teacher, here.task)
    with refused(by="assignment_not_ready"):
        await draft(sql, here.teacher, here.task)


async def test_a_submission_is_graded_again_once_at_a_time(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task)
    await row(sql, "pending_regrades", submission_id=text)
    with refused(by="regrade_pending"):
        await row(sql, "pending_regrades", submission_id=text)
