"""Tove has a model try texts of gold that she has marked herself, sees how well it agrees with her, and promotes it."""

from tests.contract.driver import Answer, Session
from tests.contract.routes import LUNA, PLAIN, TRIES, UNKNOWN
from tests.contract.session.rubrics import ESSAY

TEXT = {"Content-Type": PLAIN}
MARKS = {"1": {"score": 9, "reason": "Rings count."}, "2": {"score": 8}}


def play(session: Session) -> None:
    """`compared` is the assignment that was handed in to, `case` a text that was brought, tried and marked."""
    ids = session.ids
    ids["compared"] = ids["by criteria"]
    own = f"/teacher/assignments/{ids['compared']}"
    session.ask("review: of one text", f"GET {own}/review", "tove")
    session.ask("review: of answers", f"GET /teacher/assignments/{ids['marked']}/review", "tove")
    drawn = _made(session, own)
    _brought(session, f"/teacher/cases/{ids['case']}")
    _compared(session, own, drawn)
    _without_a_key(session)


def _made(session: Session, own: str) -> str:
    """Returns the path of a case that was drawn."""
    ids, cases = session.ids, f"POST {own}/cases"
    session.ask("case: none", f"GET {own}/cases", "tove")
    session.ask("case: models that may try it", "GET /teacher/models", "tove")
    session.ask("agreement: of nobody", f"GET {own}/agreement", "tove")
    made = session.ask("case: a label", cases, "tove", json_body={"label": "A text of last year"})
    ids["case"] = made["cases"][0]["id"]
    session.ask("try: a case has no text", f"POST {own}/tries", "tove", json_body=TRIES)
    session.ask("case: in two ways", cases, "tove", json_body={"label": "One", "draw": 1})
    handed_in = session.ask("case: what was handed in", f"GET {own}/submissions", "tove")["items"][0]["id"]
    one = {"submission_ids": [handed_in]}
    session.ask("case: one is unknown", cases, "tove", json_body={"submission_ids": [handed_in, UNKNOWN]})
    made = session.ask("case: a submission", cases, "tove", json_body=one)["cases"][0]["id"]
    session.ask("case: known already", cases, "tove", json_body=one)
    no_ai = f"POST /teacher/assignments/{ids['marked']}/cases"
    session.ask("case: of answers that no AI marks", no_ai, "tove", json_body={"draw": 1})
    session.ask("case: deleted", f"DELETE /teacher/cases/{made}", "tove")
    session.ask("case: deleted again", f"DELETE /teacher/cases/{made}", "tove")
    drawn = session.ask("case: drawn", cases, "tove", json_body={"draw": 2})["cases"][0]["id"]
    session.ask("case: not yet marked", f"GET /teacher/cases/{drawn}", "tove")
    session.ask("case: hides its submission", f"GET /teacher/submissions/{handed_in}", "tove")
    session.ask("review: hides it, too", f"GET {own}/review", "tove")
    return f"/teacher/cases/{drawn}"


def _brought(session: Session, case: str) -> None:
    """The case with a label gets its text, marks and a try."""
    session.ask("try: no text", f"POST {case}/tries", "tove", json_body=TRIES)
    session.ask("marks: no text", f"PUT {case}/marks", "tove", json_body={"marks": MARKS})
    session.ask("case: a blank text", f"PUT {case}/content", "tove", text=" \n", headers=TEXT)
    session.ask("case: its text", f"PUT {case}/content", "tove", text=ESSAY, headers=TEXT)
    for step, marks in {
        "of no question": {**MARKS, "3": {"score": 1}},
        "of the whole": {"total": {"score": 17}},
        "one is missing": {"1": {"score": 9}},
        "none": {},
        "above its maximum": {**MARKS, "1": {"score": 13}},
        "between two levels": {**MARKS, "2": {"score": 5}},
        "of all": MARKS,
    }.items():
        session.ask(f"marks: {step}", f"PUT {case}/marks", "tove", json_body={"marks": marks})
    for step, wanted in {
        "of no model": {"models": [{"provider": "openai", "model": "gpt-0"}], "tries": 1},
        "too many": {**TRIES, "tries": 11},
        "ordered": TRIES,
    }.items():
        session.ask(f"try: {step}", f"POST {case}/tries", "tove", json_body=wanted)
    tried = session.ask("try: done", f"GET {case}", "tove", until=_is_done)["tries"]
    job = next(one["id"] for one in tried if one["model"])
    session.ask("try: its job", f"GET /teacher/jobs/{job}", "tove")
    session.ask("case: the same text again", f"PUT {case}/content", "tove", text=ESSAY, headers=TEXT)
    session.ask("case: its text is final", f"PUT {case}/content", "tove", text=f"{ESSAY} So it is.", headers=TEXT)
    anew = {**MARKS, "1": {"score": 9, "reason": "Heavy, soft."}}
    session.ask("marks: anew", f"PUT {case}/marks", "tove", json_body={"marks": anew})


def _compared(session: Session, own: str, drawn: str) -> None:
    """The case that was drawn is tried and marked blind; then the tries are promoted."""
    session.ask("case: a submission has its own text", f"PUT {drawn}/content", "tove", text=ESSAY, headers=TEXT)
    session.ask("try: of all cases", f"POST {own}/tries", "tove", json_body=TRIES)
    session.ask("case: all are done", f"GET {own}/cases", "tove", until=_are_done)
    shown = session.ask("marks: blind", f"PUT {drawn}/marks", "tove", json_body={"marks": MARKS})
    session.ask("agreement: on two cases", f"GET {own}/agreement", "tove")
    version = next(one["prompt_version"] for one in shown["tries"] if one["model"])
    session.known[version] = "<version>"  # changes with the prompt
    promote, reason = f"POST {own}/cases/promote", {"reason": "It agrees with me."}
    session.ask("promotion: of no try", promote, "tove", json_body={**LUNA, **reason, "prompt_version": "none"})
    session.ask("promotion: no reason", promote, "tove", json_body={**LUNA, "prompt_version": version, "reason": " "})
    session.ask("promotion: done", promote, "tove", json_body={**LUNA, **reason, "prompt_version": version})
    session.ask("promotion: on the try", f"GET {drawn}", "tove")
    one = f"/teacher/submissions/{shown['submission_id']}"
    session.ask("promotion: the result", f"GET {one}", "tove")
    session.ask("promotion: the history", f"GET {one}/history", "tove")
    session.ask("review: of what was marked", f"GET {own}/review", "tove")


def _without_a_key(session: Session) -> None:
    """Ture has no key: he marks by himself."""
    own = f"/teacher/assignments/{session.ids['alone']}"
    session.ask("no key: a case", f"POST {own}/cases", "ture", json_body={"label": "Mine", "content": ESSAY})
    session.ask("no key: no try", f"POST {own}/tries", "ture", json_body=TRIES)


def _is_done(answer: Answer) -> bool:
    return bool(answer.body.get("status") == "done")


def _are_done(answer: Answer) -> bool:
    return all(case["status"] == "done" for case in answer.body.get("items", ()))
