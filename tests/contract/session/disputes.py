"""Ann asks for marks of her quiz to be looked at again; Tove hears her."""

from tests.contract.driver import Session
from tests.contract.routes import DISPUTE


def play(session: Session) -> None:
    """`marked` is the quiz that was handed in, `request` the one that was heard."""
    ids = session.ids
    ids["marked"] = ids["handed in"]
    path = f"/student/assignments/{ids['marked']}/regrade-requests"
    session.ask("dispute: none", f"GET {path}", "ann")
    session.ask("dispute: too few words", f"POST {path}", "ann", json_body={"number": 3, "text": "No."})
    session.ask("dispute: of no question", f"POST {path}", "ann", json_body={"number": 9, "text": DISPUTE})
    made = session.ask("dispute: the total", f"POST {path}", "ann", json_body={"text": DISPUTE})
    session.ask("dispute: the total again", f"POST {path}", "ann", json_body={"number": None, "text": DISPUTE})
    mine = f"DELETE {path}/{made['id']}"
    session.ask("dispute: withdrawn", mine, "ann")
    session.ask("dispute: withdrawn again", mine, "ann")
    early = f"POST /student/assignments/{ids['rubric']}/regrade-requests"
    session.ask("dispute: nothing handed in", early, "ann", json_body={"text": DISPUTE})
    asked = session.ask("dispute: a question", f"POST {path}", "ann", json_body={"number": 1, "text": DISPUTE})
    ids["request"] = asked["id"]
    session.ask("dispute: for its teacher", "GET /teacher/regrade-requests", "tove")
    session.ask("dispute: of the quiz", f"GET /teacher/assignments/{ids['marked']}/regrade-requests", "tove")
    decide = f"POST /teacher/regrade-requests/{ids['request']}/decide"
    for step, decision in {
        "without an answer": {"accept": False},
        "without a score": {"accept": True, "answer": "So it is."},
        "lowers": {"accept": True, "answer": "So it is.", "score": 0},
        "too high": {"accept": True, "answer": "So it is.", "score": 3},
        "accepted": {"accept": True, "answer": "So it is.", "score": 2},
        "decided again": {"accept": False, "answer": "No."},
    }.items():
        session.ask(f"dispute: {step}", decide, "tove", json_body=decision)
    session.ask("dispute: heard", f"GET {path}", "ann")
    session.ask("dispute: decided", "GET /teacher/regrade-requests", "tove", query={"state": "accepted"})
