"""Texts graded by criteria: a rubric given, built, replaced and taken away; outcomes read, corrected and released."""

from typing import Any

from tests.contract.driver import Session
from tests.contract.routes import CRITERIA, LATER
from tests.contract.session.assignments import ASYNC, INSTRUCTIONS, NEW, WAIT
from tests.contract.session.classes import pages

ESSAY = "Gold is heavy and soft. People have made rings of it since the bronze age."


def play(session: Session) -> None:
    """Tove's rubrics for Ann's class: `rubric` stays open, another is handed in to."""
    ids = session.ids
    _made(session)
    rubric = f"/teacher/assignments/{ids['rubric']}/rubric"
    session.ask("rubric: read", f"GET {rubric}", "tove")
    session.ask("rubric: read by a colleague", f"GET {rubric}", "ture")
    session.ask("rubric: replaced", f"PUT {rubric}", "tove", json_body={"criteria": CRITERIA[:1]})
    session.ask("rubric: of one level", f"PUT {rubric}", "tove", json_body={"criteria": [_levels(8)]})
    session.ask("rubric: that asks nothing", f"PUT {rubric}", "tove", json_body={"criteria": [_asks(" ")]})
    taken = session.ask("rubric: taken away", f"PUT {rubric}", "tove", json_body={"criteria": []}, headers=ASYNC)
    session.ask("rubric: taken away, done", f"GET /teacher/jobs/{taken['job']['id']}", "tove", headers=WAIT)
    session.ask("rubric: none", f"GET {rubric}", "tove")
    session.ask("rubric: given anew", f"PUT {rubric}", "tove", json_body={"criteria": CRITERIA})
    one = f"/teacher/assignments/{ids['rubric']}"
    session.ask("rubric: is the template", f"GET {one}/template", "tove")
    session.ask("rubric: no other template", f"PATCH {one}", "tove", json_body={"correction_template": "Gold."})
    session.ask("rubric: another maximum", f"PATCH {one}", "tove", json_body={"max_score": 21})
    refused = {"instructions": "Write on. [[sim:refusal]]"}
    session.ask("rubric: new instructions", f"PATCH {one}", "tove", json_body=refused)
    session.ask("rubric: no service builds", f"PUT {rubric}", "tove", json_body={"criteria": []}, headers=WAIT)
    session.ask("rubric: still there", f"GET {rubric}", "tove")
    _graded(session)


def _made(session: Session) -> None:
    ids = session.ids
    sent = {"instructions": "Write about gold.", "deadline": LATER, "class_id": ids["class"]}
    session.ask(
        "class: instructions", f"PATCH /teacher/classes/{ids['class']}", "tove", json_body={"instructions": "Be kind."}
    )
    pages(session, "student's classes", "/student/classes", "ann")
    given: dict[str, Any] = {"rubric": CRITERIA, "title": "Gold", "encourage": True, "language": "English"}
    made = session.ask("rubric: given", NEW, "tove", json_body={**sent, **given})
    ids["rubric"] = made["assignment"]["id"]
    made = session.ask("rubric: revealed later", NEW, "tove", json_body={**sent, **given, "reveal": "after_deadline"})
    ids["by criteria"] = made["assignment"]["id"]
    session.ask("rubric: of too few points", NEW, "tove", json_body={**sent, **given, "max_score": 21})
    session.ask("rubric: revealed at once", NEW, "tove", json_body={**sent, **given, "reveal": "at_once"})
    session.ask("rubric: of no criteria", NEW, "tove", json_body={**sent, "rubric": []})
    asked = {**sent, "instructions": INSTRUCTIONS, "rubric": "generate"}
    session.ask("rubric: asked for", NEW, "tove", json_body=asked, headers=WAIT)
    session.ask("rubric: asked for without a maximum", NEW, "tove", json_body={**sent, "rubric": "generate"})


def _levels(highest: int) -> dict[str, Any]:
    return {**CRITERIA[1], "levels": [{"score": highest, "text": "throughout"}]}


def _asks(prompt: str) -> dict[str, Any]:
    return {**CRITERIA[0], "prompt": prompt}


def _graded(session: Session) -> None:
    ids = session.ids
    mine, own = f"/student/assignments/{ids['by criteria']}", f"/teacher/assignments/{ids['by criteria']}"
    session.ask("outcome: the assignment", f"GET {mine}", "ann")
    session.ask("outcome: no questions", f"GET {mine}/questions", "ann")
    session.ask("outcome: no answers", f"POST {mine}/submission", "ann", json_body={"answers": {"1": "Gold."}})
    made = session.ask("outcome: handed in", f"POST {mine}/submission", "ann", json_body={"content": ESSAY})
    one = f"/teacher/submissions/{made['submission']['id']}"
    session.ask("outcome: kept from its student", f"GET {mine}/submission", "ann")
    session.ask("outcome: for its teacher", f"GET {one}", "tove")
    session.ask("outcome: where all stand", f"GET {own}/students", "tove")
    session.ask("outcome: who is graded", f"GET {own}/students", "tove", query={"state": "graded"})
    session.ask("outcome: frozen", f"PUT {own}/rubric", "tove", json_body={"criteria": CRITERIA})
    for step, change in {
        "a criterion": {"answers": {"1": {"score": 9, "reason": "Rings count."}}, "comment": "Read it aloud."},
        "above its maximum": {"answers": {"1": {"score": 13}}},
        "between two levels": {"answers": {"2": {"score": 5}}},
        "of no criterion": {"answers": {"3": {"score": 1}}},
        "without a score": {"answers": {"1": {"reason": "So."}}},
        "the total": {"score": 20},
        "beyond the total": {"answers": {"1": {"score": 12}}},
    }.items():
        session.ask(f"correction: {step}", f"PATCH {one}", "tove", json_body=change)
    session.ask("correction: the history", f"GET {one}/history", "tove")
    session.ask("correction: no regrade", f"POST {one}/regrade", "tove")
    anew = {"replace_teacher_score": True}
    session.ask("correction: all anew", f"POST {one}/regrade", "tove", json_body=anew, headers=WAIT)
    session.ask("outcome: released", f"POST {own}/release", "tove")
    session.ask("outcome: for its student", f"GET {mine}/submission", "ann")
    book = f"GET /teacher/classes/{ids['class']}/gradebook"
    session.ask("gradebook: by criteria", book, "tove", query={"criteria": "true"}, headers={"Accept": "text/csv"})
