"""Quizzes: written, published, answered, checked, handed in; a wrong key corrected."""

from typing import Any

from tests.contract.driver import Session
from tests.contract.routes import GIFT, LATER, LONG_AGO, SHORT
from tests.contract.session.assignments import NEW, WAIT
from tests.contract.session.classes import pages

NUMBER = {"kind": "number", "prompt": "How dense?", "max_score": 2, "accepted": [{"value": "19.3", "tolerance": 0.1}]}
GAPS = {"kind": "gaps", "prompt": "{{1}} is Au.", "max_score": 1, "gaps": [["gold"]]}
OPEN = {"kind": "open", "prompt": "Why is gold dear?", "max_score": 5, "guide": "It is rare."}
# Students get the options of these in an order of their own, by random keys: they are for their teacher here.
WITH_OPTIONS: tuple[dict[str, Any], ...] = (
    {"kind": "choice", "prompt": "Is it heavy?", "max_score": 1, "options": [
        {"text": "yes", "right": True}, {"text": "no"}]},
    {"kind": "choices", "prompt": "Metals?", "max_score": 1, "options": [
        {"text": "tin", "right": True}, {"text": "oak"}]},
    {"kind": "matching", "prompt": "Match.", "max_score": 1, "pairs": [
        {"left": "Au", "right": "gold"}, {"left": "Fe", "right": "iron"}, {"right": "wood"}]},
    {"kind": "ordering", "prompt": "Order.", "max_score": 1, "lines": [
        {"text": "dig", "place": 1}, {"text": "melt", "place": 2}, {"text": "never"}]},
)  # fmt: skip
BACKWARDS = [7, 6, 5, 4, 3, 2, 1]


def play(session: Session) -> None:
    """`quiz` and its `question` stay open; Ann hands another one in."""
    ids = session.ids
    sent = {"takes": "answers", "deadline": LATER, "class_id": ids["class"], "reveal": "at_once", "attempts": 2}
    made = session.ask("quiz: empty", NEW, "tove", json_body={**sent, "title": "Metals"})
    ids["draft"] = made["assignment"]["id"]
    _written(session, f"/teacher/assignments/{ids['draft']}")
    for name in ("quiz", "handed in"):
        body = {**sent, "title": f"Gold, {name}", "questions": [SHORT, NUMBER, GAPS]}
        ids[name] = session.ask(f"quiz: {name}", NEW, "tove", json_body=body)["assignment"]["id"]
        session.ask(f"quiz: {name}, published", f"POST /teacher/assignments/{ids[name]}/publish", "tove")
    asked = session.ask("quiz: its questions", f"GET /teacher/assignments/{ids['quiz']}/questions", "tove")
    ids["question"], ids["number"] = asked["items"][0]["id"], "1"
    _answered(session)
    _corrected(session)
    _open(session, {**sent, "reveal": "when_graded", "attempts": 1})
    _as_gift(session, f"/teacher/assignments/{ids['draft']}")


def _written(session: Session, path: str) -> None:
    """A draft, question by question."""
    session.ask("quiz: nothing to publish", f"POST {path}/publish", "tove")
    for question in (*WITH_OPTIONS, SHORT, NUMBER, GAPS, OPEN):
        session.ask(f"question: {question['kind']}", f"POST {path}/questions", "tove", json_body=question)
    two_rights = {**WITH_OPTIONS[0], "options": [{"text": "yes", "right": True}, {"text": "ja", "right": True}]}
    session.ask("question: two are right", f"POST {path}/questions", "tove", json_body=two_rights)
    asked = session.ask("question: all of them", f"GET {path}/questions", "tove")
    one = f"/teacher/questions/{asked['items'][0]['id']}"
    session.ask("question: one", f"GET {one}", "tove")
    session.ask("question: of another kind", f"PUT {one}", "tove", json_body=NUMBER)
    session.ask("question: that breaks a rule", f"PUT {one}", "tove", json_body={**NUMBER, "accepted": []})
    session.ask("question: deleted", f"DELETE {one}", "tove")
    session.ask("question: deleted again", f"DELETE {one}", "tove")
    session.ask("question: the last one first", f"PUT {path}/questions/order", "tove", json_body={"numbers": BACKWARDS})
    session.ask("question: all approved", f"POST {path}/questions/approve", "tove", json_body={"numbers": "all"})
    copied = {"deadline": LATER, "title": "Metals anew"}
    copy = session.ask("quiz: copied", f"POST {path}/copy", "tove", json_body=copied)
    session.ask("quiz: the copy's questions", f"GET /teacher/assignments/{copy['id']}/questions", "tove")


def _answered(session: Session) -> None:
    """As Ann goes, until she has handed in."""
    ids = session.ids
    path = f"/student/assignments/{ids['handed in']}"
    session.ask("answer: the quiz", f"GET {path}", "ann")
    session.ask("answer: the questions", f"GET {path}/questions", "ann")
    session.ask("answer: not of her class", f"GET {path}/questions", "dora")
    session.ask("answer: nothing to check", f"POST {path}/answers/1/check", "ann")
    session.ask("answer: nothing to hand in", f"POST {path}/submission", "ann")
    session.ask("answer: saved", f"PUT {path}/answers/1", "ann", json_body={"answer": "metal"})
    session.ask("answer: to no question", f"PUT {path}/answers/9", "ann", json_body={"answer": "metal"})
    session.ask("answer: of another form", f"PUT {path}/answers/1", "ann", json_body={"answer": [1, 2]})
    session.ask("answer: too large", f"PUT {path}/answers/1", "ann", json_body={"answer": "x" * 20_001})
    session.ask("answer: checked", f"POST {path}/answers/1/check", "ann")
    session.ask("answer: a second attempt", f"PUT {path}/answers/1", "ann", json_body={"answer": "gold"})
    session.ask("answer: right", f"POST {path}/answers/1/check", "ann")
    key = {"Idempotency-Key": "checked-once"}
    session.ask("answer: checked with a key", f"POST {path}/answers/1/check", "ann", headers=key)
    session.ask("answer: its key for another", f"POST {path}/answers/2/check", "ann", headers=key)
    session.ask("answer: no third attempt", f"PUT {path}/answers/1", "ann", json_body={"answer": "gold"})
    session.ask("answer: emptied", f"PUT {path}/answers/2", "ann", json_body={"answer": None})
    answers = {"2": "19,3", "3": ["silver"]}
    session.ask("answer: no text", f"POST {path}/submission", "ann", json_body={"content": "Gold."})
    made = session.ask("answer: handed in", f"POST {path}/submission", "ann", json_body={"answers": answers})
    ids["answers"] = made["submission"]["id"]
    session.ask("answer: handed in again", f"POST {path}/submission", "ann")
    session.ask("answer: saved too late", f"PUT {path}/answers/2", "ann", json_body={"answer": "19"})
    session.ask("answer: the results", f"GET {path}/questions", "ann")
    session.ask("answer: the submission", f"GET {path}/submission", "ann")
    session.ask("answer: for its teacher", f"GET /teacher/submissions/{ids['answers']}", "tove")
    session.ask("answer: where all stand", f"GET /teacher/assignments/{ids['handed in']}/students", "tove")


def _corrected(session: Session) -> None:
    """The quiz that was handed in is frozen but for its keys."""
    ids = session.ids
    quiz = f"/teacher/assignments/{ids['handed in']}"
    asked = session.ask("key: the questions", f"GET {quiz}/questions", "tove")
    number, gaps = (f"/teacher/questions/{one['id']}" for one in asked["items"][1:])
    session.ask("key: no new question", f"POST {quiz}/questions", "tove", json_body=SHORT)
    session.ask("key: no other question", f"PUT {gaps}", "tove", json_body=SHORT)
    session.ask("key: no deletion", f"DELETE {gaps}", "tove")
    session.ask("key: no other order", f"PUT {quiz}/questions/order", "tove", json_body={"numbers": [3, 2, 1]})
    session.ask("key: nothing to approve", f"POST {quiz}/questions/approve", "tove", json_body={"numbers": "all"})
    session.ask("key: corrected", f"PUT {gaps}/key", "tove", json_body={"gaps": [["gold", "silver"]]})
    session.ask("key: for a choice", f"PUT {gaps}/key", "tove", json_body={"options": [{"number": 1, "right": True}]})
    session.ask("key: that does not score", f"PUT {number}/key", "tove", json_body={"accepted": [{"value": "x"}]})
    session.ask("key: void", f"PUT {number}/key", "tove", json_body={"void": True})
    session.ask("key: the student's score", "GET /student/scores", "ann", query={"limit": "1"})
    session.ask("analysis: of one submission", f"GET {quiz}/analysis", "tove")
    session.ask("analysis: of none", f"GET /teacher/assignments/{ids['draft']}/analysis", "tove")
    pages(session, "bank", "/teacher/questions")
    session.ask("bank: a colleague's", "GET /teacher/questions", "ture")
    for query in ({"kind": "short"}, {"search": "dens"}, {"assignment_id": ids["quiz"], "kind": "gaps"}):
        session.ask(f"bank: {' '.join(query)}", "GET /teacher/questions", "tove", query=query)
    session.ask("key: the history", f"GET /teacher/submissions/{ids['answers']}/history", "tove")


def _open(session: Session, sent: dict[str, Any]) -> None:
    """A quiz that an AI marks in part; one whose time is over; one that nobody has a key for."""
    body = {**sent, "title": "Open", "questions": [SHORT, OPEN]}
    made = session.ask("open: made", NEW, "tove", json_body=body)["assignment"]["id"]
    session.ask("open: published", f"POST /teacher/assignments/{made}/publish", "tove")
    answers = {"answers": {"1": "gold", "2": "It is rare, and it does not rust at all."}}
    path = f"/student/assignments/{made}"
    session.ask("open: not checked", f"POST {path}/answers/2/check", "ann")
    session.ask("open: handed in", f"POST {path}/submission", "ann", json_body=answers, headers=WAIT)
    session.ask("open: the results", f"GET {path}/questions", "ann")
    over = session.ask("over: made", NEW, "tove", json_body={**body, "title": "Over", "deadline": LONG_AGO})
    late = over["assignment"]["id"]
    session.ask("over: published", f"POST /teacher/assignments/{late}/publish", "tove")
    session.ask("over: saved", f"PUT /student/assignments/{late}/answers/1", "ann", json_body={"answer": "gold"})
    alone = {name: value for name, value in body.items() if name != "class_id"}
    made = session.ask("no key: a quiz", NEW, "ture", json_body={**alone, "title": "Alone"})
    session.ids["alone"] = made["assignment"]["id"]
    session.ask("no key: not published", f"POST /teacher/assignments/{session.ids['alone']}/publish", "ture")


def _as_gift(session: Session, path: str) -> None:
    """Questions as a text file, out and in."""
    session.ask("gift: exported", f"GET {path}/questions.gift", "tove")
    for step, text in {"imported": "Grass is green. {TRUE}\n", "of no kind": "Who? {}\n"}.items():
        session.ask(f"gift: {step}", f"POST {path}/questions", "tove", text=text, headers={"Content-Type": GIFT})
