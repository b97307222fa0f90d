"""Marks that students dispute: who decides, and what follows."""

import asyncio

import asyncpg

from tests.rules.concurrent import connections, outcomes
from tests.rules.disputes import ASK, DECIDE, STATE, TEXT, ask, by_hand, decide, marked
from tests.rules.rows import (
    Sql,
    coins,
    drift,
    finish,
    only,
    refused,
    row,
    school,
    submission,
    take,
    worker,
)


async def test_accepting_changes_the_score_and_the_ledger_and_says_who(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    await decide(sql, here, request, True, 60)
    assert await only(sql, STATE, request) == ("accepted", "You are right.", 40, 60)
    assert await coins(sql, here.student) == 65
    answer = "select score, marked_by, reason, evidence from assay.answers where id = $1"
    assert await only(sql, answer, here.answers[0]) == (60, "teacher", "You are right.", None)
    last = "select score, coins, reason, actor, teacher_id from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == (65, 20, "edited", "teacher", here.teacher.id)
    audit = """select action, actor, actor_id, columns from assay.audit
                where table_name = 'regrade_requests' and row_key = $1::text order by id"""
    assert [tuple(r) for r in await sql.fetch(audit, str(request))] == [
        ("inserted", "student", here.student.id, None),
        ("changed", "teacher", here.teacher.id,
         ["state", "answer", "score_after", "decided_by", "decided_at", "list_order"]),
    ]  # fmt: skip
    assert await drift(sql) == []


async def test_a_total_is_disputed_without_a_number_and_sets_the_adjustment(sql: Sql) -> None:
    here = await marked(sql)
    await decide(sql, here, await ask(sql, here, None), True, 70)
    found = "select score, adjustment, provider from assay.submissions"
    assert await only(sql, found) == (70, 25, None)
    assert await coins(sql, here.student) == 70
    plain = await school(sql)
    text = await submission(sql, plain.student, plain.task, 10)
    request = await sql.fetchval(ASK, plain.student.token, plain.task, None, TEXT)
    await sql.execute(DECIDE, plain.teacher.token, request, True, "Yes.", 12)
    assert await only(sql, "select score, adjustment from assay.submissions where id = $1", text) == (12, 0)
    assert await drift(sql) == []


async def test_the_same_score_may_be_named_and_is_a_persons_from_then_on(sql: Sql) -> None:
    here = await marked(sql)
    await decide(sql, here, await ask(sql, here), True, 40)
    assert await sql.fetchval("select marked_by from assay.answers where id = $1", here.answers[0]) == "teacher"
    last = "select score, coins, actor from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == (45, 0, "teacher")


async def test_rejecting_changes_no_score(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    await decide(sql, here, request, False, answer="It is not there.")
    assert await only(sql, STATE, request) == ("rejected", "It is not there.", 40, None)
    assert await sql.fetchval("select count(*) from assay.coin_ledger") == 1


async def test_whoever_decides_by_hand_changes_the_score_too(sql: Sql) -> None:
    here = await marked(sql)
    request = await by_hand(sql, here)
    accept = "update assay.regrade_requests set state = 'accepted', answer = 'Yes.', score_after = 50 where id = $1"
    await sql.execute(accept, request)
    assert await coins(sql, here.student) == 55
    last = "select reason, actor from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == ("edited", "operator")


async def test_a_decision_has_an_answer_and_an_accepting_one_a_score(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    for answer in (None, " ", "\u2800", "x" * 2_001):
        with refused(by="decision_needs_answer"):
            await decide(sql, here, request, False, answer=answer)
    with refused(by="decision_needs_score"):
        await decide(sql, here, request, True)
    with refused(by="decision_needs_score"):
        await decide(sql, here, request, False, 50)
    with refused(by="answer_score_in_range"):
        await decide(sql, here, request, True, 91)
    with refused(by="regrade_state_known"):
        await sql.execute("update assay.regrade_requests set state = 'lost'")
    with refused(by="decision_has_a_time"):
        await sql.execute("update assay.regrade_requests set decided_at = now()")
    style = await ask(sql, here, 2)
    with refused(by="score_is_a_level"):
        await decide(sql, here, style, True, 6)
    total = await ask(sql, here, None)
    with refused(by="score_in_range"):
        await decide(sql, here, total, True, 101)
    assert await sql.fetchval("select count(*) from assay.regrade_requests where state = 'open'") == 3


async def test_accepting_lowers_neither_the_score_that_was_disputed_nor_the_one_of_now(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    with refused(by="regrade_lowers"):
        await decide(sql, here, request, True, 39)
    edit = "select api.edit_submission($1, $2, null, false, null, false, null, '{1}', array[$3::int], '{null}')"
    await sql.execute(edit, here.teacher.token, here.submission, 50)
    assert await only(sql, STATE, request) == ("open", None, 40, None)  # an edit decides nothing
    with refused(by="regrade_lowers"):
        await decide(sql, here, request, True, 49)
    await sql.execute(edit, here.teacher.token, here.submission, 30)
    with refused(by="regrade_lowers"):
        await decide(sql, here, request, True, 39)
    await decide(sql, here, request, True, 40)
    assert await coins(sql, here.student) == 45


async def test_what_was_decided_or_withdrawn_stays(sql: Sql) -> None:
    here = await marked(sql)
    rejected, withdrawn = await ask(sql, here), await ask(sql, here, 2)
    await decide(sql, here, rejected, False)
    withdraw = "select api.withdraw_regrade_request($1, $2, $3)"
    await sql.execute(withdraw, here.student.token, here.task, withdrawn)
    for request in (rejected, withdrawn):
        with refused(by="already_decided"):
            await decide(sql, here, request, True, 50)
        with refused(by="already_decided"):
            await sql.execute(withdraw, here.student.token, here.task, request)
        with refused(by="already_decided"):
            await sql.execute(
                "update assay.regrade_requests set state = 'open', decided_at = null where id = $1", request
            )
    with refused(by="already_decided"):
        await by_hand(sql, here, state="rejected", answer="No.")
    open_one = await ask(sql, here, None)
    for change in ("student_text = student_text || '!'", "question_number = 2", "score_before = 0"):
        with refused(by="regrade_request_immutable"):
            await sql.execute(f"update assay.regrade_requests set {change} where id = $1", open_one)
    with refused(by="regrade_request_immutable"):
        await sql.execute("delete from assay.regrade_requests where id = $1", open_one)
    with refused(by="regrade_request_immutable"):
        await sql.execute("truncate assay.regrade_requests")


async def test_of_two_who_decide_at_once_one_decides(sql: Sql, db: str) -> None:
    here = await marked(sql)
    for score in range(41, 51):
        request = await ask(sql, here)
        async with connections(db, 4) as pool:
            said = await outcomes(
                one.execute(DECIDE, here.teacher.token, request, True, "Yes.", score + n) for n, one in enumerate(pool)
            )
        assert said["done"] == 1
        assert said.total() == 4
        assert set(said) <= {"done", "already_decided"}
        after = await sql.fetchval("select score_after from assay.regrade_requests where id = $1", request)
        assert await sql.fetchval("select score from assay.answers where id = $1", here.answers[0]) == after
        async with sql.transaction():  # as it was
            await sql.execute("set local session_replication_role = replica")
            await sql.execute("update assay.answers set score = 40 where id = $1", here.answers[0])
            await sql.execute("update assay.submissions set score = 45")
            await sql.execute("update assay.students set total_gold_coins = 45")
            await sql.execute("delete from assay.coin_ledger where reason = 'edited'")
    assert await drift(sql) == []


async def test_what_is_decided_while_a_regrade_runs_stays(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 10)
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        await sql.execute("update assay.submissions set provider = 'openai', model = 'm', prompt_version = 'v'")
    request = await sql.fetchval(ASK, here.student.token, here.task, None, TEXT)
    job = (await row(sql, "pending_regrades", submission_id=text))["job_id"]
    taken = await take(sql, await worker(sql))
    await sql.execute(DECIDE, here.teacher.token, request, True, "Yes.", 30)
    assert await finish(sql, taken, 99) == {job}
    assert await sql.fetchval("select error_code from assay.finished_jobs where id = $1", job) == "score_of_teacher"
    assert await coins(sql, here.student) == 30
    second = await sql.fetchval(ASK, here.student.token, here.task, None, TEXT)
    await row(sql, "pending_regrades", submission_id=text, replace_teacher_score=True)
    await finish(sql, await take(sql, await worker(sql)), 50)
    assert await only(sql, STATE, second) == ("open", None, 30, None)  # a regrade decides nothing
    await sql.execute(DECIDE, here.teacher.token, second, True, "Yes.", 60)
    assert await coins(sql, here.student) == 60
    assert await drift(sql) == []


async def test_a_student_who_is_deleted_takes_their_requests_also_while_one_is_decided(sql: Sql, db: str) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    other = await asyncpg.connect(db)
    try:
        deletion = sql.transaction()
        await deletion.start()
        await sql.execute("select api.delete_student($1, $2)", here.teacher.token, here.student.id)
        decision = asyncio.create_task(other.execute(DECIDE, here.teacher.token, request, True, "Yes.", 50))
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        async with asyncio.timeout(300):
            while not await sql.fetchval(waits):
                await asyncio.sleep(0.01)
        await deletion.commit()
        with refused(by="not_found"):
            await decision
    finally:
        await other.close()
    assert await sql.fetchval("select count(*) from assay.regrade_requests") == 0
    assert await sql.fetchval("select count(*) from reporting.regrade_requests") == 0
