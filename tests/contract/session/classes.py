"""Classes, who is in them, and who is on the platform."""

from tests.contract.driver import Session
from tests.contract.routes import UNKNOWN


def play(session: Session) -> None:
    """Tove has 7b with Ann and Ben, and 7c with Dora; Ture has 8a."""
    ids = session.ids
    ids["class"] = session.ask("class: made", "POST /teacher/classes", "tove", json_body={"name": "7b"})["id"]
    session.ask("class: made again", "POST /teacher/classes", "tove", json_body={"name": "7b"})
    other = session.ask("class: another", "POST /teacher/classes", "tove", json_body={"name": "Åttan c"})["id"]
    ids["other class"] = other
    session.ask("class: a colleague's", "POST /teacher/classes", "ture", json_body={"name": "7b"})
    for who in ("ann", "ben", "cleo", "dora"):
        ids[who] = session.ask(f"class: who {who} is", "GET /auth/me", who)["id"]
    students = f"POST /teacher/classes/{ids['class']}/students"
    session.ask("class: two join", students, "tove", json_body={"student_ids": [ids["ann"], ids["ben"]]})
    session.ask("class: join again", students, "tove", json_body={"student_ids": [ids["ann"], ids["ann"]]})
    session.ask("class: one is unknown", students, "tove", json_body={"student_ids": [ids["cleo"], UNKNOWN]})
    there = f"/teacher/classes/{other}"
    session.ask("class: one joins", f"POST {there}/students", "tove", json_body={"student_ids": [ids["dora"]]})
    session.ask("class: one", f"GET {there}", "tove")
    session.ask("class: renamed", f"PATCH {there}", "tove", json_body={"name": "7c"})
    session.ask("class: renamed to what is there", f"PATCH {there}", "tove", json_body={"name": "7b"})
    session.ask("class: one leaves", f"DELETE {there}/students/{ids['dora']}", "tove")
    session.ask("class: leaves again", f"DELETE {there}/students/{ids['dora']}", "tove")
    session.ask("class: empty", f"GET {there}/students", "tove")
    session.ask("class: empty gradebook", f"GET {there}/gradebook", "tove")
    session.ask("class: empty gradebook in CSV", f"GET {there}/gradebook", "tove", headers={"Accept": "text/csv"})
    pages(session, "classes", "/teacher/classes")
    pages(session, "class's students", f"/teacher/classes/{ids['class']}/students")
    pages(session, "students", "/teacher/students")
    session.ask("students: of a class", "GET /teacher/students", "tove", query={"class_id": ids["class"]})
    for text in ("ann", "cl", "sjö", "SCHOOL.example", "%", "zz"):
        session.ask(f"students: {text}", "GET /teacher/students", "tove", query={"search": text})
    found = {"search": "ben", "class_id": ids["class"]}
    session.ask("students: ben in a class", "GET /teacher/students", "tove", query=found)
    session.ask("student: one", f"GET /teacher/students/{ids['ann']}", "tove")
    session.ask("student: one without a class", f"GET /teacher/students/{ids['cleo']}", "tove")
    pages(session, "teachers", "/teacher/teachers")


def pages(session: Session, what: str, path: str, by: str = "tove") -> None:
    """A list as a whole, and its first two pages of one."""
    session.ask(f"{what}: all", f"GET {path}", by)
    first = session.ask(f"{what}: the first page", f"GET {path}", by, query={"limit": "1"})
    if first["next_cursor"]:
        query = {"limit": "1", "cursor": first["next_cursor"]}
        session.ask(f"{what}: the second page", f"GET {path}", by, query=query)
    session.ask(f"{what}: by HEAD", f"HEAD {path}", by)


def deletions(session: Session) -> None:
    """What is gone is gone from every list; scores and coins stay."""
    ids = session.ids
    session.ask("delete: a class", f"DELETE /teacher/classes/{ids['other class']}", "tove")
    session.ask("delete: the class again", f"DELETE /teacher/classes/{ids['other class']}", "tove")
    session.ask("delete: it is not listed", "GET /teacher/classes", "tove")
    session.ask("delete: an assignment with a score", f"DELETE /teacher/assignments/{ids['assignment']}", "tove")
    session.ask("delete: the assignment again", f"DELETE /teacher/assignments/{ids['assignment']}", "tove")
    session.ask("delete: the coins stay", "GET /student/scores", "ann")
    session.ask("delete: it is not listed for Ann", "GET /student/assignments", "ann")
    session.ask("delete: a student of nobody's", f"DELETE /teacher/students/{ids['cleo']}", "ture")
    session.ask("delete: a colleague's student", f"DELETE /teacher/students/{ids['ben']}", "ture")
    session.ask("delete: a student of one's own", f"DELETE /teacher/students/{ids['ben']}", "tove")
    session.ask("delete: the student again", f"DELETE /teacher/students/{ids['ben']}", "tove")
    session.ask("delete: the student's session is over", "GET /auth/me", "ben")
    session.ask("delete: the student is not listed", "GET /teacher/students", "tove")


def of_two_teachers(session: Session) -> None:
    """Ann is in a class of Ture's, too: nobody deletes her alone. And what lists take, or do not."""
    ids = session.ids
    made = session.ask("two teachers: a class", "POST /teacher/classes", "ture", json_body={"name": "9a"})["id"]
    joins = {"student_ids": [ids["ann"]]}
    session.ask("two teachers: Ann joins", f"POST /teacher/classes/{made}/students", "ture", json_body=joins)
    session.ask("two teachers: she stays", f"DELETE /teacher/students/{ids['ann']}", "tove")
    book = f"GET /teacher/classes/{ids['class']}/gradebook"
    session.ask("gradebook: another separator", book, "tove", query={"separator": "tab"})
    session.ask("gradebook: a query that is not UTF-8", f"{book}?separator=%ff", "tove")
    for path in ("/teacher/api-keys", "/teacher/models", "/teacher/rate-limits"):
        session.ask(f"{path}: a parameter", f"GET {path}", "tove", query={"sort": "name"})
