"""Entity tags: nobody overwrites what they have not seen, and what a client has already is not sent again."""

import asyncio
from typing import Any

import httpx2
import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from app.web.errors import ApiError
from app.web.preconditions import etag_of, read_if_match, tagged
from app.web.routes import ROUTES
from tests.web.conftest import LATER, PLAIN, Assay, School
from tests.web.envelope import error_of
from tests.web.rubrics import CRITERIA
from tests.web.school import hand_in, own

QUESTION = {"kind": "short", "prompt": "Why?", "max_score": 1, "accepted": [{"text": "so"}]}


def test_a_list_of_tags_is_read_as_rfc_9110_has_it() -> None:
    def read(*lines: str) -> list[str] | None:
        return read_if_match(Headers(raw=[(b"if-match", line.encode()) for line in lines]))

    assert read() is read("*") is None
    assert read('"a"') == ["a"]
    assert read('"a,b" , "c"', '""') == ["a,b", "c", ""]
    assert read('W/"a", "b"') == ["b"]
    assert read('W/"a"') == []  # a weak tag never matches
    for wrong in ("", "a", '"a', '"a" "b"', '"a",', '*, "a"', "'a'"):
        with pytest.raises(ApiError, match="malformed_request"):
            read(wrong)


def test_what_a_client_has_is_not_sent_again() -> None:
    tag = etag_of(b"body")
    for known, status in ((tag, 304), (f"W/{tag}", 304), (f'"x", {tag}', 304), ("*", 304), ('"x"', 200), ("?", 200)):
        answer = tagged(Response(b"body"), Headers({"if-none-match": known}), reads=True)
        assert (answer.status_code, answer.headers["etag"], answer.body) == (status, tag, b"body" * (status == 200))
    assert tagged(Response(b"body"), Headers({"if-none-match": tag}), reads=False).status_code == 200


def test_what_has_an_etag_is_changed_by_routes_that_take_if_match() -> None:
    read = {route.path for route in ROUTES if route.method == "GET" and route.etag}
    assert read == {route.path for route in ROUTES if route.if_match}
    written = {route.name for route in ROUTES if route.path in read and route.method in ("PATCH", "PUT", "DELETE")}
    assert written == {route.name for route in ROUTES if route.if_match}


async def ask(assay: Assay, verb: str, path: str, who: str, match: str = "", **sent: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {who}", **({"If-Match": match} if match else {}), **sent.pop("headers", {})}
    return await assay.client.request(verb, path, headers=headers, **sent)


async def test_only_what_the_client_has_seen_is_changed(assay: Assay, school: School) -> None:
    teacher = school.teacher
    quiz = {"takes": "answers", "title": "Quiz", "deadline": LATER}
    drafted = (await assay.ask("POST", "/teacher/assignments", teacher, 201, json=quiz))["assignment"]["id"]
    asked = await assay.ask("POST", f"/teacher/assignments/{drafted}/questions", teacher, 201, json=QUESTION)
    with_rubric = {"instructions": "Write about gold.", "deadline": LATER, "rubric": CRITERIA}
    rubric = (await assay.ask("POST", "/teacher/assignments", teacher, 201, json=with_rubric))["assignment"]["id"]
    fewer = {"criteria": CRITERIA[:2]}
    text = {"headers": PLAIN}
    changes: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        (f"/teacher/classes/{school.class_id}", "PATCH", {"json": {"name": "9C"}}, {"json": {"name": "9D"}}),
        (own(school), "PATCH", {"json": {"title": "Silver"}}, {"json": {"regrade_days": 3}}),
        (f"{own(school)}/template", "PUT", {"content": "Be kind.", **text}, {"content": "Be kinder.", **text}),
        (f"/teacher/assignments/{rubric}/rubric", "PUT", {"json": fewer}, {"json": {"criteria": CRITERIA}}),
        ("/auth/me", "PATCH", {"json": {"name": "Mrs Gold"}}, {"json": {"name": "Mrs Silver"}}),
        (f"/teacher/questions/{asked['id']}", "PUT", {"json": QUESTION | {"prompt": "How?"}}, {"json": QUESTION}),
    ]
    for path, verb, first, second in changes:
        before = await ask(assay, "GET", path, teacher)
        tag = before.headers["etag"]
        assert tag == etag_of(before.content)
        same = await ask(assay, "GET", path, teacher, headers={"If-None-Match": tag})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)

        done = await ask(assay, verb, path, teacher, tag, **first)
        assert done.status_code == 200, (path, done.text)
        after = await ask(assay, "GET", path, teacher)
        assert after.headers["etag"] != tag
        if "etag" in done.headers:
            assert done.headers["etag"] == after.headers["etag"], path
        else:
            assert path.endswith("/template")  # what it answers with is the assignment

        late = await ask(assay, verb, path, teacher, tag, **second)
        said = error_of(late, 412, "precondition_failed")
        assert said["details"] == {"etag": after.headers["etag"]}
        assert late.headers["etag"] == after.headers["etag"]
        assert (await ask(assay, "GET", path, teacher)).content == after.content, "nothing was changed"
        error_of(
            await ask(assay, verb, path, teacher, f"W/{late.headers['etag']}", **second), 412, "precondition_failed"
        )
        error_of(await ask(assay, verb, path, teacher, "mine", **second), 400, "malformed_request")
        assert (await ask(assay, verb, path, teacher, f'"other", {late.headers["etag"]}', **second)).is_success
        assert (await ask(assay, verb, path, teacher, "*", **first)).is_success
        assert (await ask(assay, verb, path, teacher, **second)).is_success

    for path in (f"/teacher/questions/{asked['id']}", f"/teacher/classes/{school.class_id}", own(school)):
        seen = (await ask(assay, "GET", path, teacher)).headers["etag"]
        await assay.refused("precondition_failed", "DELETE", path, teacher, headers={"If-Match": '"older"'})
        assert (await ask(assay, "DELETE", path, teacher, seen)).status_code == 204
        error_of(await ask(assay, "DELETE", path, teacher, seen), 404, "not_found")


async def test_of_many_who_have_seen_the_same_one_changes_it(assay: Assay, school: School) -> None:
    path = f"/teacher/submissions/{await hand_in(assay, school)}"
    for number in range(3):
        seen = await ask(assay, "GET", path, school.teacher)
        scores = [number + one for one in range(1, 11)]
        answers = await asyncio.gather(
            *(ask(assay, "PATCH", path, school.teacher, seen.headers["etag"], json={"score": one}) for one in scores)
        )
        (done,) = [one for one in answers if one.status_code == 200]
        now = await ask(assay, "GET", path, school.teacher)
        assert now.content == done.content
        for late in answers:
            if late is not done:
                error_of(late, 412, "precondition_failed")
                assert late.headers["etag"] == now.headers["etag"] == done.headers["etag"]
