"""Every kind of failure of the AI services, seen from outside: API, worker, PostgreSQL and simulated services."""

import asyncio
import hashlib
from uuid import UUID

import pytest

from app.ai.backoff import Backoff
from tests.web.conftest import INSTRUCTIONS, LATER, Assay, School, until
from tests.web.school import another, hand_in, rows

# What a service does, what that counts as, and how often it is asked before the other one is.
FAULTS = {
    "fail=401": ("authentication", 1), "fail=quota": ("quota", 1), "fail=429,retry-after=3600": ("rate", 1),
    "fail=429,retry-after=0.01": ("rate", 2), "fail=404": ("model_gone", 0), "fail=400": ("refused", 1),
    "fail=503": ("down", 2), "close": ("down", 2), "cut": ("down", 2), "not-http": ("down", 2),
    "html": ("bad_response", 2), "broken-json": ("bad_response", 2), "empty-json": ("bad_response", 2),
    "null": ("bad_response", 2), "empty": ("bad_response", 2), "redirect=http://127.0.0.1:9/": ("bad_response", 2),
    "nonsense": ("bad_answer", 2), "refusal": ("bad_answer", 2), "length": ("bad_answer", 2),
    "score=21": ("bad_answer", 2), "score=-1": ("bad_answer", 2), "answer=19.5": ("bad_answer", 2),
}  # fmt: skip
OF_TEMPLATES = [fault for fault in FAULTS if not fault.startswith(("score", "answer", "nonsense"))]
MODELS = {"openai": 2, "anthropic": 1}  # that may be called: each is tried when the one before it is gone
OTHER = {"openai": "anthropic", "anthropic": "openai"}


def begin_anew(assay: Assay) -> None:
    """Nobody remembers a failure: not the worker, not the database."""
    assay.services.backoff = Backoff()
    assay.services.pause = 0.0
    rows(assay, "update assay.api_keys set last_refused_at = null, backoff_until = '-infinity'")
    rows(assay, "delete from assay.ai_attempts")


def attempts(assay: Assay) -> list[tuple[str, str]]:
    """Service and outcome of every attempt since `begin_anew`."""
    return [(row[0], row[1]) for row in rows(assay, "select provider, outcome from assay.ai_attempts order by id")]


def expected(fault: str, service: str) -> list[tuple[str, str]]:
    """The attempts that one service gets."""
    kind, calls = FAULTS[fault]
    return [(service, kind)] * (calls or MODELS[service])


async def test_when_one_service_fails_the_other_grades(assay: Assay, school: School) -> None:
    for fault in FAULTS:
        begin_anew(assay)
        path, sent = another(assay), {"content": f"Gold. [[sim:anthropic,{fault}]]"}
        made = await assay.ask("POST", path + "/submission", school.student, 201, json=sent)
        assert made["submission"]["content"] == sent["content"]
        assert attempts(assay) == [*expected(fault, "anthropic"), ("openai", "ok")], fault


async def test_when_one_service_fails_the_other_builds_the_template(assay: Assay, school: School) -> None:
    for fault in OF_TEMPLATES:
        begin_anew(assay)
        sent = {"instructions": f"{INSTRUCTIONS} [[sim:openai,{fault}]]", "deadline": LATER}
        made = await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent)
        assert made["assignment"]["max_score"] == 20
        assert attempts(assay) == [*expected(fault, "openai"), ("anthropic", "ok")], fault


async def test_when_both_fail_nothing_is_stored_and_the_same_text_may_come_again(assay: Assay, school: School) -> None:
    for fault in FAULTS:
        begin_anew(assay)
        path = another(assay)
        text = f"Gold.\r\n [[sim:{fault},times=9]]\n"
        await assay.refused("ai_unavailable", "POST", path + "/submission", school.student, json={"content": text})
        all_attempts = [*expected(fault, "anthropic"), *expected(fault, "openai")][:4]
        assert attempts(assay) == all_attempts, fault
        assert rows(assay, "select from assay.jobs") == []
        await assay.refused("not_found", "GET", path + "/submission", school.student)
        assert (await assay.ask("GET", path, school.student))["state"] == "open"
        assignment = UUID(path.rpartition("/")[2])
        kept = rows(
            assay,
            "select error_code, content_sha256 from assay.finished_jobs where assignment_id = %(a)s",
            a=assignment,
        )
        assert kept == [("ai_unavailable", hashlib.sha256(text.strip().replace("\r\n", "\n").encode()).digest())]
        assert (await assay.ask("GET", "/auth/me", school.student))["total_gold_coins"] == 0


async def test_a_text_that_was_lost_is_accepted_for_a_day_though_the_deadline_has_passed(
    assay: Assay, school: School
) -> None:
    lost, path = {"content": "Gold, on time.\r\n"}, school.path + "/submission"
    assay.ai.outage(openai=True, anthropic=True)
    await assay.refused("ai_unavailable", "POST", path, school.student, json=lost)
    everything = rows(assay, "select to_jsonb(p)::text from assay.pending_submissions p") + rows(
        assay, "select to_jsonb(f)::text from assay.finished_jobs f"
    )
    assert "on time" not in str(everything)
    rows(assay, "update assay.assignments set deadline = now() - interval '1 second'")
    await assay.refused("deadline_passed", "POST", path, school.student, json={"content": "Gold, in time.\r\n"})
    await assay.refused("ai_unavailable", "POST", path, school.student, json=lost)
    rows(assay, "update assay.finished_jobs set finished_at = now() - interval '25 hours'")
    await assay.refused("deadline_passed", "POST", path, school.student, json=lost)
    rows(assay, "update assay.finished_jobs set finished_at = now() - interval '23 hours'")
    assay.ai.outage(openai=False, anthropic=False)
    made = await assay.ask("POST", path, school.student, 201, json=lost)
    assert made["submission"]["content"] == lost["content"]
    await assay.refused("already_submitted", "POST", path, school.student, json=lost)


async def test_when_both_fail_there_is_no_assignment(assay: Assay, school: School) -> None:
    known = rows(assay, "select id from assay.assignments")
    for fault in OF_TEMPLATES:
        begin_anew(assay)
        sent = {"instructions": f"Write. Maximum score: 20 points. [[sim:{fault}]]", "deadline": LATER}
        await assay.refused("ai_unavailable", "POST", "/teacher/assignments", school.teacher, json=sent)
        assert attempts(assay) == [*expected(fault, "openai"), *expected(fault, "anthropic")][:4], fault
    assert rows(assay, "select id from assay.assignments") == known
    assert rows(assay, "select from assay.jobs") == []


async def test_new_instructions_whose_template_fails_change_nothing(assay: Assay, school: School) -> None:
    path = f"/teacher/assignments/{school.assignment['id']}"
    before = await assay.ask("GET", path, school.teacher)
    sent = {"instructions": "Other words. Maximum score: 30 points. [[sim:fail=503]]"}
    await assay.refused("ai_unavailable", "PATCH", path, school.teacher, json=sent)
    assert await assay.ask("GET", path, school.teacher) == before


async def test_services_that_never_end_are_cut_off_and_a_failed_regrade_keeps_the_score(
    assay: Assay, school: School
) -> None:
    submission = f"/teacher/submissions/{await hand_in(assay, school)}"
    before = await assay.ask("GET", submission, school.teacher)
    history = await assay.ask("GET", submission + "/history", school.teacher)
    assay.services.settings = assay.services.settings.model_copy(update={"ai_timeout_seconds": 0.3})
    for how in ("hang", "drip", "stall", "null", "refusal", 401):
        begin_anew(assay)
        assay.ai.outage(openai=how, anthropic=how)
        await assay.refused("ai_unavailable", "POST", submission + "/regrade", school.teacher)
        assert len(attempts(assay)) == (2 if how == 401 else 4)
    assert await assay.ask("GET", submission, school.teacher) == before
    assert await assay.ask("GET", submission + "/history", school.teacher) == history
    assert (await assay.ask("GET", "/auth/me", school.student))["total_gold_coins"] == 12


async def shown_keys(assay: Assay, school: School) -> dict[str, tuple[str, bool, bool]]:
    """State, whether it ever worked, whether there is an error: by service."""
    items = (await assay.ask("GET", "/teacher/api-keys", school.teacher))["items"]
    return {one["provider"]: (one["state"], one["last_ok_at"] is not None, bool(one["last_error"])) for one in items}


async def test_a_refused_key_is_shown_asked_last_for_an_hour_and_tried_again_when_replaced(
    assay: Assay, school: School
) -> None:
    assert await shown_keys(assay, school) == {"anthropic": ("unused", False, False), "openai": ("ok", True, False)}
    bad = {"key": "sk-sim-was-good-sim:grading,fail=401"}
    await assay.ask("PUT", "/teacher/api-keys/anthropic", school.teacher, json=bad)

    async def graded_by() -> list[tuple[str, str]]:
        rows(assay, "delete from assay.ai_attempts")
        path = another(assay) + "/submission"
        await assay.ask("POST", path, school.student, 201, json={"content": "Gold."})
        return attempts(assay)

    assert await graded_by() == [("anthropic", "authentication"), ("openai", "ok")]
    assert (await shown_keys(assay, school))["anthropic"] == ("refused", False, True)
    assay.services.backoff = Backoff()  # another worker, which has seen nothing of it
    assert await graded_by() == [("openai", "ok")]
    rows(
        assay, "update assay.api_keys set last_refused_at = now() - interval '61 minutes' where provider = 'anthropic'"
    )
    assay.services.backoff = Backoff()
    assert await graded_by() == [("anthropic", "authentication"), ("openai", "ok")]
    await assay.ask("PUT", "/teacher/api-keys/anthropic", school.teacher, json={"key": "sk-sim-a-new-one"})
    assert (await shown_keys(assay, school))["anthropic"] == ("unused", False, False)
    assert await graded_by() == [("anthropic", "ok")]
    assert (await shown_keys(assay, school))["anthropic"] == ("ok", True, False)


async def test_a_refused_key_is_asked_when_the_other_provider_fails_now_and_a_success_clears_its_mark(
    assay: Assay, school: School
) -> None:
    begin_anew(assay)
    rows(assay, "update assay.api_keys set last_refused_at = now() where provider = 'anthropic'")
    text = {"content": "Gold. [[sim:openai,fail=503]]"}
    await assay.ask("POST", another(assay) + "/submission", school.student, 201, json=text)
    assert attempts(assay)[-1] == ("anthropic", "ok")
    assert (await shown_keys(assay, school))["anthropic"] == ("ok", True, False)


async def test_keys_that_were_all_refused_are_all_asked(assay: Assay, school: School) -> None:
    begin_anew(assay)
    rows(assay, "update assay.api_keys set last_refused_at = now()")
    await assay.ask("POST", another(assay) + "/submission", school.student, 201, json={"content": "Gold."})
    text = {"content": "Gold. [[sim:fail=401]]"}
    await assay.refused("ai_unavailable", "POST", another(assay) + "/submission", school.student, json=text)
    assert set(attempts(assay)[-2:]) == {("anthropic", "authentication"), ("openai", "authentication")}


async def test_a_key_that_replaced_another_is_not_marked_with_the_fate_of_the_first(
    assay: Assay, school: School
) -> None:
    first = {"key": "sk-sim-first-sim:grading,fail=401,delay=1"}
    await assay.ask("PUT", "/teacher/api-keys/anthropic", school.teacher, json=first)
    sent = {"json": {"content": "Gold."}, "headers": {"Prefer": "respond-async"}}
    answer = await assay.ask("POST", school.path + "/submission", school.student, 202, **sent)
    await until(lambda: any(key == first["key"] for _, key, _ in assay.asked))
    await assay.ask("PUT", "/teacher/api-keys/anthropic", school.teacher, json={"key": "sk-sim-the-second"})
    where = f"/student/jobs/{answer['job']['id']}"
    done = await assay.ask("GET", where, school.student, headers={"Prefer": "wait=20"})
    assert done["status"] == "succeeded"
    assert attempts(assay)[-2:] == [("anthropic", "authentication"), ("openai", "ok")]
    assert (await shown_keys(assay, school))["anthropic"] == ("unused", False, False)


async def test_a_teacher_with_one_key_or_none_that_works(assay: Assay, school: School) -> None:
    begin_anew(assay)
    await assay.ask("DELETE", "/teacher/api-keys/anthropic", school.teacher, 204)
    path = another(assay) + "/submission"
    await assay.refused(
        "ai_unavailable", "POST", path, school.student, json={"content": "Gold. [[sim:fail=500,times=2]]"}
    )
    assert attempts(assay) == [("openai", "down")] * 2
    await assay.ask("POST", path, school.student, 201, json={"content": "Gold. [[sim:fail=500,times=2]]"})
    await assay.ask("DELETE", "/teacher/api-keys/openai", school.teacher, 204)
    path, sent = another(assay) + "/submission", {"content": "Gold."}
    await assay.refused("api_key_missing", "POST", path, school.student, json=sent)
    await assay.ask("PUT", "/teacher/api-keys/openai", school.teacher, json={"key": "sk-sim-again"})
    await assay.ask("POST", path, school.student, 201, json=sent)


async def test_a_stored_key_that_is_broken_or_another_teachers_is_never_sent(
    assay: Assay, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    await assay.teacher("Ulf")
    swapped = """update assay.api_keys k set sealed = o.sealed from assay.api_keys o
                  where o.provider = k.provider and o.teacher_id <> k.teacher_id"""
    for broken in (swapped, "update assay.api_keys set sealed = ''", "update assay.api_keys set sealed = 'nonsense'"):
        rows(assay, broken)
        assay.asked.clear()
        path = another(assay) + "/submission"
        await assay.refused("ai_unavailable", "POST", path, school.student, json={"content": "Gold."})
        assert assay.asked == []
    said = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert any("sealed for another teacher" in line for line in said)
    assert any("cannot be opened with any of ASSAY_SECRET_KEYS" in line for line in said)


async def test_a_retired_model_is_one_loud_line_and_a_new_row_is_used_within_seconds(
    assay: Assay, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    async def graded_by() -> str:
        path = another(assay) + "/submission"
        await assay.ask("POST", path, school.student, 201, json={"content": "Gold."})
        return str(rows(assay, "select model from assay.submissions order by id desc limit 1")[0][0])

    async def becomes(model: str) -> None:
        async with asyncio.timeout(300):
            while await graded_by() != model:
                await asyncio.sleep(0.2)

    assert await graded_by() == "claude-sonnet-4-6"
    rows(
        assay,
        """insert into assay.ai_models (provider, model, rank, parameters)
           values ('anthropic', 'claude-sonnet-4-5', 5, '{"max_tokens": 1000}')""",
    )
    await becomes("claude-sonnet-4-5")
    rows(assay, "delete from assay.ai_attempts")
    # The service retires it before anybody wrote that down.
    rows(assay, "update assay.ai_models set model = 'claude-3-7-sonnet-latest' where model = 'claude-sonnet-4-5'")
    await becomes("claude-sonnet-4-6")
    for _ in range(3):
        assert await graded_by() == "claude-sonnet-4-6"
    outcomes = rows(assay, "select model, outcome from assay.ai_attempts where outcome <> 'ok'")
    assert outcomes == [("claude-3-7-sonnet-latest", "model_gone")]
    (loud,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert "claude-3-7-sonnet-latest of anthropic" in loud
    assert "assay.ai_models" in loud


async def test_attempts_are_rows_and_are_summed_for_people(assay: Assay, school: School) -> None:
    begin_anew(assay)
    text = {"content": "Gold. [[sim:anthropic,fail=503]] [[sim:score=12]]"}
    await assay.ask("POST", school.path + "/submission", school.student, 201, json=text)
    stored = rows(
        assay,
        """select a.provider, a.model, a.outcome, a.milliseconds >= 0, a.tokens_in > 100, a.tokens_out > 0,
                  a.request_id is not null, a.teacher_id = s.teacher_id, a.assignment_id = s.id, a.job_id = f.id
             from assay.ai_attempts a
            cross join assay.assignments s
            cross join assay.finished_jobs f
            where f.kind = 'grade_text'
            order by a.id""",
    )
    down = ("anthropic", "claude-sonnet-4-6", "down", True, None, None, True, True, True, True)
    assert stored == [down, down, ("openai", "gpt-4o", "ok", True, True, True, True, True, True, True)]
    usage = rows(assay, "select model, attempts, answered, tokens_in > 100 from reporting.ai_usage order by model")
    assert usage == [("claude-sonnet-4-6", 2, 0, False), ("gpt-4o", 1, 1, True)]
    everything = str(rows(assay, "select to_jsonb(a)::text from assay.ai_attempts a"))
    assert "Gold" not in everything
    assert "sk-sim" not in everything
    history = rows(assay, "select provider, model, prompt_version from assay.coin_ledger")
    assert history == [("openai", "gpt-4o", assay.services.prompts.version("grading"))]


@pytest.mark.parametrize("nonsense", ["deep-json", "gzip-bomb", "not-http", "null", "html"])
async def test_a_key_is_stored_though_its_provider_answers_nonsense(
    assay: Assay, school: School, nonsense: str
) -> None:
    key = {"key": f"sk-sim-{nonsense}-sim:models,{nonsense}"}
    stored = await assay.ask("PUT", "/teacher/api-keys/openai", school.teacher, json=key)
    assert stored["last4"] == nonsense[-4:]
