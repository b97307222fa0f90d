"""The limit of checks and hand-ins is exact over processes and logins, and a teacher changes it."""

import asyncio
from pathlib import Path

import asyncpg
import httpx2

from tests.rules.quizzes import SHORT, quiz, saved, tried
from tests.web.quizzes import login
from tests.web.serve_process import Process, serving


async def ask(assay: Process, verb: str, path: str, token: str, body: object = None) -> httpx2.Response:
    """A request on a connection of its own, which any of the processes may accept."""
    async with httpx2.AsyncClient(base_url=assay.url, timeout=300, trust_env=False) as client:
        return await client.request(verb, path, headers={"Authorization": f"Bearer {token}"}, json=body)


async def test_the_hundred_and_first_check_is_refused_whichever_process_and_login_it_comes_by(
    db: str, tmp_path: Path
) -> None:
    sql = await asyncpg.connect(db)
    try:
        here = await quiz(sql, *[SHORT] * 12, reveal="at_once")
        await tried(sql, here, 97)
        for asked in here.questions:
            await saved(sql, here.student, asked, texts=["trinary"])
        tokens = [await login(sql, here.student) for _ in range(3)]
        teacher = await login(sql, here.teacher, "teacher")
        path = f"/student/assignments/{here.task}"
        async with serving(db, tmp_path, "--processes", "2", "--no-worker") as assay:
            checks = [ask(assay, "POST", f"{path}/answers/{n}/check", tokens[n % 3]) for n in range(1, 13)]
            answers = await asyncio.gather(*checks)
            assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 9
            for answer in answers:
                if answer.status_code == 429:
                    error = answer.json()["error"]
                    assert (error["code"], error["details"]["scope"]) == ("rate_limited", "attempts")
                    assert 1 <= int(answer.headers["retry-after"]) == error["details"]["retry_after"] <= 3600
            (number,) = [n for n, answer in enumerate(answers, 1) if answer.status_code == 429][:1]
            changed = await ask(assay, "PUT", "/teacher/rate-limits/attempts", teacher, {"limit": "101/hour"})
            assert changed.json() == {"scope": "attempts", "limit": "101/hour"}
            again = [ask(assay, "POST", f"{path}/answers/{number}/check", tokens[n]) for n in range(3)]
            assert {answer.status_code for answer in await asyncio.gather(*again)} == {200}, "one check, asked thrice"
            handed_in = await ask(assay, "POST", f"{path}/submission", tokens[0])
            assert handed_in.status_code == 201
            assert await assay.ended() == 0
        counted = "select count(*) from assay.answers where checked_at is not null"
        assert await sql.fetchval(counted) == 101
    finally:
        await sql.close()


async def test_a_check_beyond_the_limit_leaves_what_was_saved(db: str, tmp_path: Path) -> None:
    sql = await asyncpg.connect(db)
    try:
        here = await quiz(sql, SHORT, reveal="at_once", attempts=2)
        await tried(sql, here, 100)
        token, path = await login(sql, here.student), f"/student/assignments/{here.task}"
        async with serving(db, tmp_path, "--no-worker") as assay:
            await ask(assay, "PUT", f"{path}/answers/1", token, {"answer": "binary"})
            assert (await ask(assay, "POST", f"{path}/answers/1/check", token)).status_code == 429
            (question,) = (await ask(assay, "GET", f"{path}/questions", token)).json()["items"]
            assert (question["answer"], question["attempts_left"], question["result"]) == ("binary", 2, None)
            made = (await ask(assay, "POST", f"{path}/submission", token)).json()["submission"]
            assert made["score"] == 4
            assert await assay.ended() == 0
    finally:
        await sql.close()
