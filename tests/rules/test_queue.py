"""The queue of jobs: turns, leases, deaths; no job is lost and none is done twice."""

import json
from uuid import UUID

from tests.rules.rows import (
    Sql,
    classroom,
    coins,
    digest,
    fail,
    finish,
    hand_in,
    only,
    pending,
    refused,
    row,
    school,
    student,
    take,
    worker,
)


async def die(sql: Sql, number: int) -> int:
    """A worker's lease runs out; how many jobs were rescued."""
    await sql.execute("update assay.workers set lease_until = now() - interval '1 s' where id = $1", number)
    rescued: int = await sql.fetchval("select worker.rescue_jobs()")
    return rescued


async def test_teachers_take_turns(sql: Sql) -> None:
    many, few = await school(sql), await school(sql)
    for _ in range(4):
        await pending(sql, await student(sql), many.task)
    single = await pending(sql, few.student, few.task)
    assert list(await take(sql, await worker(sql), 2)).index(single) <= 1


async def test_a_job_that_kills_three_workers_is_given_up(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    for death in range(1, 3):
        number = await worker(sql)
        assert set(await take(sql, number)) == {job}
        assert await die(sql, number) == 1
        assert await sql.fetchval("select failures from reporting.grading_queue") == death
        await sql.execute("update assay.jobs set run_at = now() where run_at is not null")
        await sql.fetchval("select worker.promote_jobs()")
    number = await worker(sql)
    assert set(await take(sql, number)) == {job}
    await die(sql, number)
    with refused(by="internal_error"):
        await sql.execute("select api.read_my_outcome($1, $2)", here.student.token, job)
    await hand_in(sql, here.student, here.task)


async def test_a_worker_without_a_lease_takes_nothing_and_hears_so(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    number = await worker(sql)
    assert await sql.fetchval("select worker.extend_lease($1, 60)", number)
    await sql.execute("update assay.workers set lease_until = now() - interval '1 s' where id = $1", number)
    assert await take(sql, number) == {}
    assert not await sql.fetchval("select worker.extend_lease($1, 60)", number)
    assert set(await take(sql, await worker(sql))) == {job}


async def test_a_worker_that_stops_gives_back_what_it_has_not_finished(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    number = await worker(sql)
    taken = await take(sql, number)
    assert await sql.fetchval("select worker.deregister_worker($1)", number) == 1
    assert await sql.fetchval("select count(*) from assay.workers") == 0
    assert await finish(sql, taken) == {job}  # nobody took it meanwhile


async def test_two_workers_never_take_the_same_job(sql: Sql) -> None:
    here = await school(sql)
    jobs: set[UUID] = {await pending(sql, await student(sql), here.task) for _ in range(6)}
    first, second = await take(sql, await worker(sql), 4), await take(sql, await worker(sql), 4)
    assert set(first) | set(second) == jobs
    assert not set(first) & set(second)


async def test_attempts_are_kept_and_mark_the_keys(sql: Sql) -> None:
    here = await school(sql)
    record = "select worker.record_attempts($1, $2, $3, '{gpt-4o}', $4, '{12}', '{1}', '{2}', '{req}')"
    for outcome, state in (("ok", "ok"), ("authentication", "refused"), ("ok", "ok")):
        await sql.execute(record, [here.task], [here.teacher.id], ["openai"], [outcome])
        assert await sql.fetchval("select state from api.list_api_keys($1)", here.teacher.token) == state
    await sql.execute(record, [here.task], [here.teacher.id], ["openai"], ["authentication"])
    job = await hand_in(sql, here.student, here.task)
    (keys,) = await only(sql, "select keys from worker.load_texts($1)", [job])
    assert [(key["provider"], key["refused"]) for key in json.loads(keys)] == [("openai", True)]
    usage = await only(sql, "select attempts, answered from reporting.ai_usage")
    assert usage == (4, 2)


async def test_what_is_old_is_pruned(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    assert await fail(sql, job, (await take(sql, await worker(sql)))[job])
    assert await sql.fetchval("select worker.prune(30, 100)") == 0
    await sql.execute("update assay.finished_jobs set finished_at = now() - interval '31 days'")
    await row(sql, "idempotency_keys", digest=digest("k"), request_digest=digest("r"), student_id=here.student.id)
    assert await sql.fetchval("select worker.prune(30, 100)") == 1
    for table in ("sessions", "idempotency_keys"):
        await sql.execute(f"update assay.{table} set expires_at = now() - interval '1 s'")
    assert await sql.fetchval("select worker.prune(30, 100)") == 2  # of the most: the sessions
    for table in ("sessions", "idempotency_keys", "finished_jobs"):
        assert await sql.fetchval(f"select count(*) from assay.{table}") == 0
    assert await coins(sql, here.student) == 0


async def test_a_class_that_is_deleted_takes_its_students_out_and_leaves_their_coins(sql: Sql) -> None:
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    await finish(sql, await take(sql, await worker(sql)), 33)
    await sql.execute("select api.delete_class($1, $2)", here.teacher.token, here.classroom)
    assert await sql.fetchval("select count(*) from assay.enrolments") == 0
    assert await coins(sql, here.student) == 33
    await classroom(sql, here.teacher, here.student)


async def test_a_text_whose_job_was_lost_leaves_no_trace_of_its_words(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task, "CANARY in a coal mine")
    assert await fail(sql, job, (await take(sql, await worker(sql)))[job])
    left = await sql.fetch("select f::text from assay.finished_jobs f")
    assert len(left) == 1
    assert "CANARY" not in left[0][0]
    with refused(by="ai_unavailable"):
        await sql.execute("select api.read_my_outcome($1, $2)", here.student.token, job)


async def test_a_postponed_job_keeps_its_place_and_fails_when_it_waited_too_often(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    number = await worker(sql)
    postpone = "select worker.postpone_jobs($1, $2, '{true}', 1)"
    taken = await take(sql, number)
    assert await sql.fetchval(postpone, [job], [taken[job]]) == job
    assert await only(sql, "select state, postponed, failures from reporting.grading_queue") == ("ready", 1, 0)
    taken = await take(sql, number)
    assert await sql.fetchval(postpone, [job], [taken[job]]) is None
    with refused(by="ai_unavailable"):
        await sql.execute("select api.read_my_outcome($1, $2)", here.student.token, job)


async def test_while_every_key_must_wait_its_teachers_jobs_stay_in_the_queue(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    number = await worker(sql)
    store = "insert into assay.api_keys (teacher_id, provider, sealed, last4) values ($1, $2, 'x', 'abcd')"
    await sql.execute(f"{store} on conflict do nothing", here.teacher.id, "openai")
    await sql.execute(f"{store} on conflict do nothing", here.teacher.id, "anthropic")
    rate = "'{gpt-4o}', '{rate}', '{12}', '{1}', '{2}', '{req}', '{60}'"
    record = f"select worker.record_attempts($1, $2, array[$3], {rate})"
    await sql.execute(record, [here.task], [here.teacher.id], "openai")
    assert set(await take(sql, number)) == {job}
    await sql.execute("update assay.jobs set worker_id = null")
    await sql.execute(record, [here.task], [here.teacher.id], "anthropic")
    assert await take(sql, number) == {}
    await sql.execute("update assay.api_keys set backoff_until = now() where provider = 'openai'")
    assert set(await take(sql, number)) == {job}


async def test_calls_at_once_grow_with_each_answer_and_are_halved_once_a_burst(sql: Sql) -> None:
    here = await school(sql)
    record = "select worker.record_attempts($1, $2, $3, $4, $5, $6, $7, $7, array_fill('r'::text, $8), null, 8)"

    async def after(*outcomes: str) -> int:
        n = len(outcomes)
        same = [[here.task] * n, [here.teacher.id] * n, ["openai"] * n, ["gpt-4o"] * n, list(outcomes), [12] * n]
        await sql.execute(record, *same, [1] * n, [n])
        return int(await sql.fetchval("select calls_at_once from assay.api_keys"))

    async def later(seconds: int) -> None:
        await sql.execute(f"update assay.api_keys set last_limited_at = now() - interval '{seconds} s'")

    assert await after(*["ok"] * 8) == 16
    assert await after(*["ok"] * 100) == 64
    assert await after("rate", "rate", "ok") == 32
    assert await after("rate") == 32  # of the same burst
    await later(10)
    assert await after(*["ok"] * 32) == 33  # a round
    assert await after("rate") == 16
    await later(2)
    assert await after("rate") == 8
    await later(2)
    assert await after("rate") == 8
    await later(61)
    assert await after(*["ok"] * 8) == 16


async def test_an_operator_requeues_and_stops_jobs(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    taken = await take(sql, await worker(sql))
    await sql.execute("select operator.requeue_job($1)", job)
    assert await finish(sql, taken) == set()
    await sql.execute("select operator.fail_job($1)", job)
    for act in ("requeue_job", "fail_job"):
        with refused(by="job_has_ended"):
            await sql.execute(f"select operator.{act}($1)", job)
