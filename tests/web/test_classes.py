"""Classes: who is in them, which assignments are for them, and what stays when they end."""

from typing import Any
from uuid import uuid4

import psycopg

from tests.web.conftest import INSTRUCTIONS, LATER, PASSWORD, Assay


async def titles(assay: Assay, who: str) -> list[str]:
    """What a student sees."""
    return sorted(one["title"] for one in (await assay.ask("GET", "/student/assignments", who))["items"])


async def test_an_assignment_is_for_one_class_or_for_all_of_its_teacher(assay: Assay) -> None:
    tove, ulf = await assay.teacher(), await assay.teacher("Ulf")
    people = {name: await assay.student(name) for name in ("Anna", "Bo", "Cy", "Di")}
    ids = {name: (await assay.ask("GET", "/auth/me", who))["id"] for name, who in people.items()}
    classes: dict[str, str] = {}
    for name, owner, members in (("9B", tove, "Anna Cy"), ("7A", tove, "Bo Cy"), ("8C", ulf, "Bo Di")):
        classes[name] = (await assay.ask("POST", "/teacher/classes", owner, 201, json={"name": name}))["id"]
        joining = {"student_ids": [ids[who] for who in members.split()]}
        told = await assay.ask("POST", f"/teacher/classes/{classes[name]}/students", owner, json=joining)
        assert told == {"enrolled": 2}
    assert [one["name"] for one in (await assay.ask("GET", "/teacher/classes", tove))["items"]] == ["7A", "9B"]
    made_of: dict[str, str] = {}
    for title, owner, name in (("all", tove, ""), ("for 9B", tove, "9B"), ("Ulf's", ulf, "")):
        sent: dict[str, Any] = {"title": title, "instructions": INSTRUCTIONS, "deadline": LATER}
        sent |= {"class_id": classes[name]} if name else {}
        answer = await assay.ask("POST", "/teacher/assignments", owner, 201, json=sent)
        made_of[title] = answer["assignment"]["id"]

    async def seen() -> dict[str, list[str]]:
        return {name: await titles(assay, who) for name, who in people.items()}

    narrow = f"/student/assignments/{made_of['for 9B']}/submission"
    task = f"/teacher/assignments/{made_of['for 9B']}"
    assert await seen() == {"Anna": ["all", "for 9B"], "Bo": ["Ulf's", "all"], "Cy": ["all", "for 9B"], "Di": ["Ulf's"]}
    await assay.refused("not_found", "POST", narrow, people["Bo"], json={"content": "Gold."})
    await assay.ask("PATCH", task, tove, json={"class_id": classes["7A"]})
    assert await seen() == {"Anna": ["all"], "Bo": ["Ulf's", "all", "for 9B"], "Cy": ["all", "for 9B"], "Di": ["Ulf's"]}
    await assay.refused("not_found", "POST", narrow, people["Anna"], json={"content": "Gold."})
    await assay.ask("PATCH", task, tove, json={"class_id": None})
    assert (await seen())["Anna"] == ["all", "for 9B"]
    await assay.ask("POST", narrow, people["Anna"], 201, json={"content": "Gold."})
    # Who leaves the class sees nothing of it any more, and is owed what was earned.
    await assay.ask("DELETE", f"/teacher/classes/{classes['9B']}/students/{ids['Anna']}", tove, 204)
    assert (await seen())["Anna"] == []
    await assay.refused("not_found", "DELETE", f"/teacher/classes/{classes['9B']}/students/{ids['Anna']}", tove)
    assert len((await assay.ask("GET", "/student/scores", people["Anna"]))["items"]) == 1


async def test_a_class_that_is_deleted_takes_its_assignments_from_sight_and_leaves_the_coins(assay: Assay) -> None:
    tove, anna = await assay.teacher(), await assay.student("Anna")
    me = (await assay.ask("GET", "/auth/me", anna))["id"]
    made = await assay.ask("POST", "/teacher/classes", tove, 201, json={"name": "9B"})
    group = f"/teacher/classes/{made['id']}"
    await assay.ask("POST", group + "/students", tove, json={"student_ids": [me]})
    tasks = []
    for class_id in (made["id"], None):
        sent = {"instructions": INSTRUCTIONS, "deadline": LATER, "class_id": class_id}
        tasks.append((await assay.ask("POST", "/teacher/assignments", tove, 201, json=sent))["assignment"]["id"])
    handed_in = {"content": "Gold. [[sim:score=15]]"}
    await assay.ask("POST", f"/student/assignments/{tasks[0]}/submission", anna, 201, json=handed_in)
    await assay.ask("DELETE", group, tove, 204)
    assert await titles(assay, anna) == []
    for task in tasks:
        await assay.refused("not_found", "GET", f"/student/assignments/{task}", anna)
        await assay.refused("not_found", "POST", f"/student/assignments/{task}/submission", anna, json=handed_in)
    for verb, path in (("GET", ""), ("DELETE", ""), ("GET", "/students"), ("GET", "/gradebook")):
        await assay.refused("not_found", verb, group + path, tove)
    await assay.refused("not_found", "POST", group + "/students", tove, json={"student_ids": [me]})
    await assay.refused("not_found", "PATCH", f"/teacher/assignments/{tasks[1]}", tove, json={"class_id": made["id"]})
    assert (await assay.ask("GET", "/teacher/classes", tove))["items"] == []
    student = await assay.ask("GET", f"/teacher/students/{me}", tove)
    assert (student["total_gold_coins"], student["class_ids"]) == (15, [])
    assert (await assay.ask("GET", "/auth/me", anna))["total_gold_coins"] == 15
    assert [one["score"] for one in (await assay.ask("GET", "/student/scores", anna))["items"]] == [15]
    assert len((await assay.ask("GET", f"/teacher/assignments/{tasks[0]}/submissions", tove))["items"]) == 1


async def test_the_unknown_and_the_unverified_are_named_and_nobody_is_enrolled(assay: Assay) -> None:
    tove, anna = await assay.teacher(keys=False), await assay.student("Anna")
    me = (await assay.ask("GET", "/auth/me", anna))["id"]
    group = await assay.ask("POST", "/teacher/classes", tove, 201, json={"name": "9B"})
    path, stranger = f"/teacher/classes/{group['id']}/students", str(uuid4())
    new = {"name": "Bo", "email": "bo@school.example", "password": PASSWORD}
    await assay.ask("POST", "/auth/register", status=202, json=new)
    found = await assay.ask("GET", "/teacher/students", tove)
    assert [one["name"] for one in found["items"]] == ["Anna"]  # registered is who has verified the address
    with psycopg.connect(assay.url) as admin:
        row = admin.execute("select id::text from assay.registrations where name = 'Bo'").fetchone()
    assert row
    joining = {"student_ids": [me, stranger, row[0]]}
    details = await assay.refused("validation_failed", "POST", path, tove, json=joining)
    assert set(details["student_ids"]) == {stranger, row[0]}
    assert details["errors"][0]["field"] == "student_ids"
    assert stranger in details["errors"][0]["message"]
    assert (await assay.ask("GET", path, tove))["items"] == []
    assert await assay.ask("POST", path, tove, json={"student_ids": [me, me]}) == {"enrolled": 1}
    assert await assay.ask("POST", path, tove, json={"student_ids": [me]}) == {"enrolled": 0}
    for wrong in ([], [me, "Anna"], None):
        await assay.refused("validation_failed", "POST", path, tove, json={"student_ids": wrong})


async def test_instructions_of_a_class_have_a_most(assay: Assay) -> None:
    tove = await assay.teacher("Tove")
    sent = {"name": "7b", "instructions": "x" * 20_001}
    await assay.refused("class_instructions_not_huge", "POST", "/teacher/classes", tove, json=sent)
