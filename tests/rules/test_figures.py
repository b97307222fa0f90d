"""What /metrics shows of the database: numbers, for the API's role, along indexes."""

from tests.rules.rows import Sql, draft, pending, school, soon, student, take, worker

ROW = "select value from api.read_figures() where name = $1 and labels = $2"


async def figure(sql: Sql, name: str, *labels: str) -> float:
    found: float = await sql.fetchval(ROW, name, list(labels))
    return found


async def test_jobs_are_counted_by_kind_and_state_and_the_oldest_is_told(sql: Sql) -> None:
    here = await school(sql)
    assert await figure(sql, "assay_jobs", "grade_text", "ready") == 0
    assert await figure(sql, "assay_oldest_job_seconds") == 0
    await draft(sql, here.teacher, here.task)
    await take(sql, await worker(sql))
    for _ in range(3):
        await pending(sql, await student(sql), here.task, submitted_at=soon(hours=-1))
    later = "update assay.jobs set run_at = now() + interval '1 h'"
    await sql.execute(f"{later} where id = (select id from assay.jobs order by id desc limit 1)")
    assert await figure(sql, "assay_jobs", "build_template", "running") == 1
    assert await figure(sql, "assay_jobs", "build_template", "ready") == 0
    assert await figure(sql, "assay_jobs", "grade_text", "ready") == 2
    assert await figure(sql, "assay_jobs", "grade_text", "waiting") == 1
    assert 3600 <= await figure(sql, "assay_oldest_job_seconds") < 3700


async def test_workers_count_while_their_lease_is_good_and_mail_until_it_is_sent(sql: Sql) -> None:
    first, _ = await worker(sql), await worker(sql)
    assert await figure(sql, "assay_workers") == 2
    await sql.execute("update assay.workers set lease_until = now() where id = $1", first)
    assert await figure(sql, "assay_workers") == 1
    for name in ("a", "b", "c"):
        link = name.encode() * 32
        await sql.execute("select api.register('Ada', $1, 'hash', $2, 'sealed')", f"{name}@example.org", link)
    await sql.execute("update assay.outgoing_mail set queued_at = now() - interval '1 h'")
    claimed = await sql.fetch("select id, attempt from worker.claim_mail(2, 60)")
    await sql.execute("select worker.fail_mail($1, $2, 'no', true)", claimed[0]["id"], claimed[0]["attempt"])
    await sql.execute("select worker.finish_mail($1)", claimed[1]["id"])
    assert [await figure(sql, "assay_mails", state) for state in ("queued", "failed")] == [1, 1]
    assert 3600 <= await figure(sql, "assay_oldest_mail_seconds") < 3700


async def test_the_role_of_the_api_reads_them_and_each_is_known_to_it(sql: Sql) -> None:
    await sql.execute("set session authorization assay_api")
    rows = await sql.fetch("select name, labels from api.read_figures()")
    assert {r["name"] for r in rows} == {
        "assay_jobs", "assay_oldest_job_seconds", "assay_workers", "assay_mails", "assay_oldest_mail_seconds",
    }  # fmt: skip
    assert len(rows) == len({(r["name"], *r["labels"]) for r in rows})
