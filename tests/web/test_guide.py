"""The code of docs/guide.md, as it stands there, run by node against a running assay."""

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest

from tests.web.conftest import LATER, PASSWORD, Assay, School
from tests.web.examples import QUESTIONS

GUIDE = Path(__file__).resolve().parents[2] / "docs/guide.md"
CODE = "\n".join(re.findall(r"^```js\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S))
SESSION = """
import assert from "node:assert/strict";
const known = JSON.parse(process.argv[2]);
globalThis.ASSAY_URL = known.url;
const {request, login, patiently, items, handIn, pollJob, followJob, praise, answerQuiz, gradebook, makeOnce, rename,
  submissionOf, quotes} =
  await import("./guide.mjs");

await assert.rejects(login(known.student, "wrong"), {status: 401, code: "invalid_credentials"});
assert.equal((await login(known.student, known.password)).name, "Anna");
const open = [];
for await (const one of items("/student/assignments", {limit: "1"})) open.push(one.id);
assert.equal(open.length, 2);
await assert.rejects(request("GET", "/teacher/classes"), {status: 403, code: "wrong_role"});

const path = `/student/assignments/${known.assignment}/submission`;
const begun = await request("POST", path, {content: "Gold does not rust."}, {Prefer: "respond-async"});
const made = await submissionOf(path, begun);
assert.ok(begun.job.id && made.score >= 0);
await assert.rejects(handIn(known.assignment, "Gold is heavy."), (error) => error.details.submission_id === made.id);
assert.equal((await answerQuiz(known.quiz, {1: "comb"})).score, 2);
assert.deepEqual(quotes("\\u{1f41d} bees fly", {evidence: [{start: 2, end: 6}]}), ["bees"]);

await login(known.teacher, known.password);
const {job} = await request("POST", `/teacher/submissions/${made.id}/regrade`, {}, {Prefer: "respond-async"});
const seen = [];
await followJob(job.id, (now) => seen.push(now.status), "teacher");
assert.equal(seen.at(-1), "succeeded");
assert.equal((await pollJob(job.id, "teacher")).status, "succeeded");
assert.equal((await praise(made.id, "Well observed.")).score, (await pollJob(job.id, "teacher")).score);
const file = await gradebook(known.class);
assert.match(file.name, /\\.csv$/);
assert.match(await file.blob.text(), /Anna/);
const group = await makeOnce("/teacher/classes", {name: "9C"});
const first = await rename(group.id, "*", "9D");
assert.deepEqual(await rename(group.id, '"older"', "9E"), {done: false, etag: first.etag});
assert.equal((await rename(group.id, first.etag, "9E")).done, true);
let tries = 0;
const later = Object.assign(new Error("later"), {code: "overloaded", retryAfter: 0.001});
assert.equal(await patiently(async () => { if (++tries < 3) throw later; return tries; }), 3);
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
async def test_the_code_of_the_guide_works_as_it_stands(assay: Assay, school: School, tmp_path: Path) -> None:
    sent = {"takes": "answers", "title": "Bees", "deadline": LATER, "questions": [QUESTIONS["short"]]}
    quiz = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"]
    await assay.ask("POST", f"/teacher/assignments/{quiz['id']}/publish", school.teacher)
    names = re.findall(r"^(?:async )?function\*? (\w+)", CODE, re.M)
    (tmp_path / "guide.mjs").write_text(f"{CODE}\nexport {{ {', '.join(names)} }};\n", "utf-8")
    (tmp_path / "session.mjs").write_text(SESSION, "utf-8")
    known = {
        "url": str(assay.client.base_url), "password": PASSWORD, "student": "anna@school.example",
        "teacher": "tove@school.example", "assignment": school.assignment["id"], "quiz": quiz["id"],
        "class": school.class_id,
    }  # fmt: skip
    node = await asyncio.create_subprocess_exec(
        "node", "session.mjs", json.dumps(known), cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(node.communicate(), 300)
    assert node.returncode == 0, said.decode()
