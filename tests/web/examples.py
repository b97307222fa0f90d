"""A walk through the API in which every request of the documented examples is made, in an order in which they work."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from app.web.route import EVENTS, GIFT, HTML, PLAIN, Route
from app.web.routes import ROUTES
from tests.web.conftest import PASSWORD, Assay

BY_LINE: Mapping[str, Route] = {f"{route.method} {route.path}": route for route in ROUTES}
LATER = "2099-01-31T23:59:00Z"
ESSAY = "Bees carry pollen from flower to flower. Without them the pumpkins in my grandmother's garden bear no fruit."
CRITERIA = [
    {"title": "Facts", "prompt": "Says what bees do for plants and plants for bees.", "max_score": 10},
    {"title": "Example", "prompt": "Names a crop that needs bees.", "max_score": 6},
    {"title": "Language", "prompt": "Is clear.", "max_score": 4, "levels": [
        {"score": 0, "text": "not"}, {"score": 2, "text": "in parts"}, {"score": 4, "text": "throughout"}]},
]  # fmt: skip
QUESTIONS: Mapping[str, dict[str, Any]] = {
    "choice": {"kind": "choice", "prompt": "Is honey made of nectar?", "max_score": 2, "explanation": "And of work.",
               "options": [{"text": "Yes", "right": True}, {"text": "No", "feedback": "Watch a bee at a flower."}]},
    "choices": {"kind": "choices", "prompt": "Which of them fly?", "max_score": 2, "bloom": "remember", "options": [
        {"text": "workers", "right": True}, {"text": "drones", "right": True}, {"text": "larvae"}]},
    "matching": {"kind": "matching", "prompt": "Who does what?", "max_score": 2, "pairs": [
        {"left": "queen", "right": "lays eggs"}, {"left": "worker", "right": "fetches nectar"},
        {"right": "writes letters"}]},
    "ordering": {"kind": "ordering", "prompt": "From egg to bee.", "max_score": 3, "lines": [
        {"text": "egg", "place": 1}, {"text": "larva", "place": 2}, {"text": "pupa", "place": 3}, {"text": "chick"}]},
    "gaps": {"kind": "gaps", "prompt": "A bee has {{1}} legs and lives in a {{2}}.", "max_score": 2,
             "gaps": [["six", "6"], ["hive", "colony"]]},
    "short": {"kind": "short", "prompt": "What do bees build of wax?", "max_score": 2,
              "accepted": [{"text": "comb"}, {"text": "cells", "score": 1}]},
    "number": {"kind": "number", "prompt": "How wide is a cell, in mm?", "max_score": 1,
               "accepted": [{"value": "5.3", "tolerance": 0.3}]},
}  # fmt: skip


class Walk:
    """Makes requests and keeps what is an example: by route and name, what was sent, the status and the answer."""

    def __init__(self, assay: Assay) -> None:
        self.assay = assay
        self.made: dict[str, dict[str, Any]] = {}
        self.ids: dict[str, str] = {}  # what stands in addresses
        self.who: dict[str, str] = {}  # tokens, by audience

    async def __call__(self, line: str, name: str = "usual", sent: Any = None, status: int = 0, **more: Any) -> Any:
        """One request. `sent`: its body, a string where it is plain text; `ids` of its address; `as_` whom."""
        route = BY_LINE[line]
        path = route.path.format_map(self.ids | more.pop("ids", {}))
        who = self.who.get(more.pop("as_", route.audience), "")
        body = {"content": sent, "headers": {"Content-Type": PLAIN}} if isinstance(sent, str) else {"json": sent}
        headers = body.pop("headers", {}) | more.pop("headers", {})
        answer = await self.assay.ask(
            route.method, path, who, status or route.status, headers=headers, **({} if sent is None else body), **more
        )
        example = {"request": sent, "status": status or route.status, "answer": answer}
        self.made.setdefault(line, {})[name] = {key: kept for key, kept in example.items() if kept is not None}
        return answer


def shows_a_body(route: Route) -> bool:
    """Whether it has anything to be an example of: a body that is sent, or an answer that is no page for people."""
    shown = set(route.produces) - {HTML, EVENTS} and route.status != 204
    return bool(route.body or shown) and route.path not in ("/openapi.json", "/metrics")


async def walk(assay: Assay) -> dict[str, dict[str, Any]]:
    """The examples, by route and name."""
    do = Walk(assay)
    await do("GET /health")
    await do("GET /ready")
    await _accounts(do)
    await _school(do)
    await _assignments(do)
    await _quiz(do)
    await _texts(do)
    await _results(do)
    await _disputes(do)
    await _cases(do)
    await _authoring(do)
    return do.made


async def _accounts(do: Walk) -> None:
    email = "anna@school.example"
    account = {"email": email, "password": PASSWORD}
    await do("POST /auth/register", sent={"name": "Anna Berg", **account})
    await do("POST /auth/verify/resend", sent={"email": email})
    await do("POST /auth/verify", sent={"token": await do.assay.token_for(email)})
    await do("POST /auth/password/forgot", sent={"email": email})
    await do("POST /auth/password/reset", sent={"token": await do.assay.token_for(email), "password": PASSWORD})
    do.who["student"] = do.who["account"] = (await do("POST /auth/login", sent=account))["token"]
    await do("PATCH /auth/me", sent={"name": "Anna Berg"})
    await do("POST /auth/password/change", sent={"password": PASSWORD, "new_password": PASSWORD})
    do.ids["student_id"] = (await do("GET /auth/me"))["id"]
    other = {"name": "Ben", "email": "ben@school.example", "password": PASSWORD}
    await do.assay.ask("POST", "/auth/register", status=202, json=other)
    await do("GET /auth/verify", params={"token": await do.assay.token_for(other["email"])})
    ben = await do.assay.login(other["email"])
    do.who["account"], mine = ben, do.who["account"]
    await do("POST /auth/me/delete", sent={"password": PASSWORD})
    do.who["account"] = mine
    do.who["teacher"] = await do.assay.teacher(keys=False)


async def _school(do: Walk) -> None:
    sent = {"name": "9B", "instructions": "Spelling does not count."}
    do.ids["class_id"] = (await do("POST /teacher/classes", sent=sent))["id"]
    await do("PATCH /teacher/classes/{class_id}", sent={"name": "9B, biology"})
    for line in ("GET /teacher/classes", "GET /teacher/classes/{class_id}", "GET /student/classes"):
        await do(line)
    await do("POST /teacher/classes/{class_id}/students", sent={"student_ids": [do.ids["student_id"]]})
    await do("GET /student/classes")
    await do("GET /teacher/classes/{class_id}/students")
    await do("GET /teacher/students", params={"search": "Berg"})
    await do("GET /teacher/students/{student_id}")
    await do("POST /teacher/teachers", sent={"name": "Ture Ek", "email": "ture@school.example"})
    await do("GET /teacher/teachers")
    for provider in ("openai", "anthropic"):
        key = {"key": f"sk-sim-{provider}", "calls_per_day": 2_000}
        await do("PUT /teacher/api-keys/{provider}", sent=key, ids={"provider": provider})
    await do("GET /teacher/api-keys")
    await do("GET /teacher/models")
    await do("PUT /teacher/rate-limits/{scope}", sent={"limit": "6000/minute"}, ids={"scope": "read"})
    await do("GET /teacher/rate-limits")


async def _assignments(do: Walk) -> None:
    upload = "POST /teacher/assignments"
    sent = {"instructions": "Write about bees. Maximum score: 20 points.", "deadline": LATER}
    begun = await do(upload, "not waited for", sent, 202, headers={"Prefer": "respond-async"})
    do.ids["job_id"] = begun["job"]["id"]
    await do("GET /teacher/jobs/{job_id}", headers={"Prefer": "wait=60"})
    made = await do(upload, "a text", sent | {"title": "Bees", "class_id": do.ids["class_id"]})
    plain = await do(upload, "instructions alone", sent["instructions"], params={"deadline": LATER})
    ids = {"assignment_id": made["assignment"]["id"]}
    do.ids["plain"] = plain["assignment"]["id"]
    await do("PATCH /teacher/assignments/{assignment_id}", sent={"title": "Why bees matter", "class_id": None}, ids=ids)
    await do("PUT /teacher/assignments/{assignment_id}/template", sent="Up to 20 points for facts.", ids=ids)
    for what in ("", "/instructions", "/template"):
        await do(f"GET /teacher/assignments/{{assignment_id}}{what}", ids=ids)
    rubric = {"title": "Why bees matter", "class_id": do.ids["class_id"], "encourage": True, "language": "English"}
    await do(upload, "a rubric that is asked for", sent | rubric | {"rubric": "generate"})
    made = await do(upload, "a rubric", sent | rubric | {"rubric": CRITERIA})
    do.ids["assignment_id"] = do.ids["essay"] = made["assignment"]["id"]
    await do("PUT /teacher/assignments/{assignment_id}/rubric", sent={"criteria": CRITERIA})
    await do("GET /teacher/assignments/{assignment_id}/rubric")
    await do("GET /teacher/assignments", params={"class_id": do.ids["class_id"]})


async def _quiz(do: Walk) -> None:
    sent: dict[str, Any] = {
        "takes": "answers",
        "title": "Bees, a quiz",
        "deadline": LATER,
        "class_id": do.ids["class_id"],
    }
    sent |= {"reveal": "at_once", "attempts": 2, "questions": [QUESTIONS["choice"]]}
    made = await do("POST /teacher/assignments", "a quiz", sent)
    do.ids["assignment_id"] = do.ids["quiz"] = made["assignment"]["id"]
    path = "/teacher/assignments/{assignment_id}"
    for kind in list(QUESTIONS)[1:]:
        await do(f"POST {path}/questions", kind, QUESTIONS[kind])
    asked = {one["kind"]: one for one in (await do(f"GET {path}/questions"))["items"]}
    await do(f"POST {path}/publish")
    await do("GET /student/assignments/{assignment_id}/questions")
    for name, answer in _answers(asked).items():
        ids = {"number": str(asked[name]["number"])}
        await do("PUT /student/assignments/{assignment_id}/answers/{number}", name, {"answer": answer}, ids=ids)
    await do("POST /student/assignments/{assignment_id}/answers/{number}/check", ids={"number": "1"})
    do.ids["question_id"] = asked["short"]["id"]


def _answers(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a student sends to a question of each kind."""
    keys = {kind: [one["key"] for one in asked[kind][part]] for kind, part in
            {"choice": "options", "choices": "options", "matching": "pairs", "ordering": "lines"}.items()}  # fmt: skip
    return {
        "choice": keys["choice"][0], "choices": keys["choices"][:2],
        "matching": {str(keys["matching"][0]): "lays eggs", str(keys["matching"][1]): "fetches nectar"},
        "ordering": [[key, 0] for key in keys["ordering"][:3]], "gaps": ["six", "hive"], "short": "cells",
        "number": "5,4",
    }  # fmt: skip


async def _texts(do: Walk) -> None:
    await do("GET /student/assignments")
    hand_in = "POST /student/assignments/{assignment_id}/submission"
    await do(hand_in, "what was saved, and these answers", {"answers": {"6": "honeycomb"}})
    ids = {"assignment_id": do.ids["essay"]}
    await do("GET /student/assignments/{assignment_id}/instructions", ids=ids)
    made = await do(hand_in, "a text", {"content": ESSAY}, ids=ids)
    do.ids["submission_id"] = made["submission"]["id"]
    public = {"assignment_id": do.ids["plain"]}
    begun = await do(hand_in, "not waited for", ESSAY, 202, ids=public, headers={"Prefer": "respond-async"})
    await do("GET /student/jobs/{job_id}", ids={"job_id": begun["job"]["id"]}, headers={"Prefer": "wait=60"})
    for line in ("GET /student/assignments/{assignment_id}", "GET /student/assignments/{assignment_id}/submission"):
        await do(line, ids=ids)
    await do("GET /student/scores")
    await do("GET /student/submissions")
    await do("GET /student/jobs", params={"status": "succeeded"})


async def _results(do: Walk) -> None:
    ids = {"assignment_id": do.ids["essay"]}
    for what in ("students", "submissions"):
        await do(f"GET /teacher/assignments/{{assignment_id}}/{what}", ids=ids)
    one = "/teacher/submissions/{submission_id}"
    for what in ("", "/content"):
        await do(f"GET {one}{what}")
    regrade = await do(f"POST {one}/regrade", "not waited for", None, 202, headers={"Prefer": "respond-async"})
    await do("GET /teacher/jobs/{job_id}", ids={"job_id": regrade["job"]["id"]}, headers={"Prefer": "wait=60"})
    reason = {"score": 5, "reason": "The pumpkins count as well."}
    await do(f"PATCH {one}", "a criterion", {"answers": {"2": reason}, "comment": "Read it aloud once."})
    await do(f"PATCH {one}", "the total", {"score": 18, "feedback": "Well observed."})
    await do("GET /teacher/jobs", params={"limit": 2})
    await do(f"GET {one}/history")
    await do(f"POST {one}/regrade", "all anew", {"replace_teacher_score": True})
    await do("POST /teacher/assignments/{assignment_id}/release", ids=ids)
    for what in ("scores", "submissions"):
        await do(f"GET /teacher/students/{{student_id}}/{what}")
    accepted = [{"text": "comb"}, {"text": "honeycomb"}, {"text": "cells", "score": 1}]
    await do("PUT /teacher/questions/{question_id}/key", "more is right", {"accepted": accepted})
    await do("PUT /teacher/questions/{question_id}/key", "void", {"void": True})
    book = "GET /teacher/classes/{class_id}/gradebook"
    await do(book)
    await do(book, "text/csv", headers={"Accept": "text/csv"}, params={"criteria": "true"})


async def _disputes(do: Walk) -> None:
    ids = {"assignment_id": do.ids["essay"]}
    ask, hear = (
        "POST /student/assignments/{assignment_id}/regrade-requests",
        "POST /teacher/regrade-requests/{request_id}/decide",
    )
    facts = await do(
        ask, "a criterion", {"number": 1, "text": "The first sentence says what bees do for plants."}, ids=ids
    )
    total = await do(ask, "the total", {"text": "I did read it aloud, and it is clear throughout."}, ids=ids)
    await do("GET /teacher/assignments/{assignment_id}/review", ids=ids)
    withdrawn = ids | {"request_id": total["id"]}
    await do("DELETE /student/assignments/{assignment_id}/regrade-requests/{request_id}", ids=withdrawn)
    again = await do.assay.ask("POST", ask.partition(" ")[2].format_map(ids), do.who["student"], 201,
                               json={"number": 2, "text": "The pumpkins are an example, too."})  # fmt: skip
    yes = {"accept": True, "answer": "You are right: it does.", "score": 10}
    await do(hear, "accepted", yes, ids={"request_id": facts["id"]})
    await do(hear, "rejected", {"accept": False, "answer": "They were counted."}, ids={"request_id": again["id"]})
    await do("GET /student/assignments/{assignment_id}/regrade-requests", ids=ids)
    await do("GET /teacher/assignments/{assignment_id}/regrade-requests", ids=ids)
    await do("GET /teacher/regrade-requests", params={"state": "accepted"})


async def _cases(do: Walk) -> None:
    ids, case = {"assignment_id": do.ids["essay"]}, "/teacher/cases/{case_id}"
    cases = "/teacher/assignments/{assignment_id}/cases"
    await do(f"POST {cases}", "drawn", {"draw": 1}, ids=ids)
    made = await do(f"POST {cases}", "brought", {"label": "An essay of last year"}, ids=ids)
    do.ids["case_id"] = made["cases"][0]["id"]
    await do(f"PUT {case}/content", "usual", ESSAY)
    marks = {"1": {"score": 8, "reason": "Names pollen."}, "2": {"score": 6}, "3": {"score": 4}}
    await do(f"PUT {case}/marks", "usual", {"marks": marks})
    luna = {"provider": "openai", "model": "gpt-6-luna"}
    await do(f"POST {case}/tries", "usual", {"models": [luna], "tries": 2})
    await do("POST /teacher/assignments/{assignment_id}/tries", "usual", {"models": [luna], "tries": 1}, ids=ids)
    async with asyncio.timeout(300):
        while any(one["status"] == "running" for one in (await do(f"GET {cases}", ids=ids))["items"]):
            await asyncio.sleep(0.05)
    shown = await do(f"GET {case}")
    await do("GET /teacher/assignments/{assignment_id}/agreement", ids=ids)
    version = next(one["prompt_version"] for one in shown["tries"] if one["model"])
    better = {**luna, "prompt_version": version, "reason": "It agrees better with us."}
    await do(f"POST {cases}/promote", "usual", better, ids=ids)
    await do(f"DELETE {case}")


async def _authoring(do: Walk) -> None:
    sent: dict[str, Any] = {
        "takes": "answers",
        "title": "Wasps, a quiz",
        "deadline": LATER,
        "class_id": do.ids["class_id"],
    }
    sent |= {"questions": [QUESTIONS["choice"], QUESTIONS["choices"], QUESTIONS["short"]]}
    made = await do.assay.ask("POST", "/teacher/assignments", do.who["teacher"], 201, json=sent)
    do.ids["assignment_id"] = made["assignment"]["id"]
    path = "/teacher/assignments/{assignment_id}"
    asked = (await do.assay.ask("GET", path.format_map(do.ids) + "/questions", do.who["teacher"]))["items"]
    do.ids["question_id"] = asked[0]["id"]
    await do(f"PUT {path}/questions/order", sent={"numbers": [2, 1, 3]})
    await do(f"POST {path}/questions/approve", sent={"numbers": "all"})
    await do(f"POST {path}/copy", sent={"deadline": LATER, "title": "Wasps, once more"})
    gift: dict[str, Any] = {"headers": {"Content-Type": GIFT}, "params": {"max_score": "2"}}
    await do(f"POST {path}/questions", GIFT, "::Sting::How often may a wasp sting? {=often ~once#A bee!}\n", **gift)
    await do(f"GET {path}/questions.gift", GIFT)
    await do("GET /teacher/questions", params={"kind": "choice", "search": "honey"})
    await do("GET /teacher/assignments/{assignment_id}/analysis", ids={"assignment_id": do.ids["quiz"]})
    await do("GET /teacher/questions/{question_id}")
    await do("PUT /teacher/questions/{question_id}", "another kind", QUESTIONS["number"])
    await do("DELETE /teacher/questions/{question_id}", ids={"question_id": asked[1]["id"]})


IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TIMES = re.compile(r"20[2-8]\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?")
TOKENS = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")


def settled(made: Any) -> Any:
    """The same examples with ids, times, tokens and versions that are the same in every run."""
    text = re.sub(r'"prompt_version": "\w+"', '"prompt_version": "6c1f0a3e9b24"', json.dumps(made, ensure_ascii=False))
    text = re.sub(r'"names": \["[^"]+"\]', '"names": ["assay-1:1"]', text)
    known: dict[str, str] = {}
    for value in IDS.findall(text):
        known.setdefault(value, f"019b0000-0000-7000-8000-{len(known) + 1:012d}")
    text = IDS.sub(lambda found: known[found[0]], text)
    text = TOKENS.sub("token-of-43-characters-that-only-you-may-know", TIMES.sub("2027-01-15T09:30:00", text))
    return json.loads(text)


def form(value: Any) -> Any:
    """What an example says, but for numbers (keys of options are random) and the order in which things are shown."""
    if isinstance(value, dict):
        return sorted(([re.sub(r"^\d+$", "0", key), form(part)] for key, part in value.items()), key=repr)
    if isinstance(value, list):
        return sorted(map(form, value), key=repr)
    return value if isinstance(value, bool | str | None) else 0


def as_written(made: Mapping[str, Mapping[str, Any]]) -> str:
    """The file of examples: one line each."""
    lines = []
    for line, examples in sorted(made.items()):
        inside = [f"  {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in examples.items()]
        lines.append(f"{json.dumps(line)}: {{\n" + ",\n".join(inside) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
