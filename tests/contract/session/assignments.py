"""Assignments: from instructions to a template, changed until the first text, and what is refused on the way."""

import subprocess
from collections.abc import Callable

from tests.contract.driver import Session
from tests.contract.routes import LATER, LONG_AGO, UNKNOWN
from tests.contract.session.classes import pages

INSTRUCTIONS = "Write about gold. Maximum score: 20 points."
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
ASYNC = {"Prefer": "respond-async"}
WAIT = {"Prefer": "wait=60"}
NEW = "POST /teacher/assignments"


def waits_for_a_worker(session: Session) -> subprocess.Popen[str]:
    """Without a worker a job waits: what all see of it then, and how it ends when one starts. Returns the worker."""
    ids = session.ids
    good = {"instructions": INSTRUCTIONS, "deadline": LATER}
    session.ask("no key yet: no template", NEW, "tove", json_body=good)
    session.ask("api keys: none", "GET /teacher/api-keys", "tove")
    for provider in ("openai", "anthropic"):
        key = {"key": f" sk-sim-tove-{provider} "}
        session.ask(f"api keys: {provider}", f"PUT /teacher/api-keys/{provider}", "tove", json_body=key)
    session.ask("api keys: both", "GET /teacher/api-keys", "tove")
    foreign = {"key": "sk-ant-1234567890"}
    session.ask("api keys: another service's", "PUT /teacher/api-keys/openai", "tove", json_body=foreign)
    session.ask("api keys: a service that is none", "PUT /teacher/api-keys/gemini", "tove", json_body=foreign)
    session.run("jobs: none", "jobs", "list")
    queued = session.ask("queued: accepted", NEW, "tove", json_body=good, headers=ASYNC)
    job = ids["template job"] = queued["job"]["id"]
    session.ask(
        "queued: waited for in vain", NEW, "tove", json_body={**good, "title": "Silver"}, headers={"Prefer": "wait=1"}
    )
    doomed = session.ask("queued: not waited for", NEW, "tove", json_body=good, headers={"Prefer": "wait=0"})["job"][
        "id"
    ]
    session.ask("queued: the job", f"GET /teacher/jobs/{job}", "tove")
    session.ask("queued: the job, waited for", f"GET /teacher/jobs/{job}", "tove", headers={"Prefer": "wait=1"})
    session.run("jobs: three queued", "jobs", "list", form="table")
    session.run("jobs: one queued", "jobs", "show", job, form="pairs")
    session.run("jobs: requeue one queued", "jobs", "requeue", job)
    session.run("jobs: fail one queued", "jobs", "fail", doomed)
    session.beside("jobs: fail it again", "jobs", "fail", doomed)
    session.beside("jobs: one failed", "jobs", "show", doomed, form="pairs")
    session.beside("jobs: unknown", "jobs", "show", UNKNOWN)
    session.ask("jobs: what its teacher hears", f"GET /teacher/jobs/{doomed}", "tove")
    workers: list[subprocess.Popen[str]] = []
    session.stream(
        "queued: as events", f"GET /teacher/jobs/{job}", "tove",
        lambda: workers.append(session.processes.start("worker", "worker")),
    )  # fmt: skip
    done = session.ask("queued: done", f"GET /teacher/jobs/{job}", "tove", headers=WAIT)
    ids["early"] = done["assignment_id"]
    everything = session.ask(
        "queued: both are there", "GET /teacher/assignments", "tove", until=lambda answer: len(answer["items"]) == 2
    )
    for item in everything["items"]:
        session.ask(f"queued: {item['title'][:6]} is deleted", f"DELETE /teacher/assignments/{item['id']}", "tove")
    return workers[0]


def play(session: Session) -> None:
    """One of each kind, then what is read and what is changed."""
    ids = session.ids
    bees = {"title": "Bin & guld – «åäö»", "deadline": "2099-01-01T01:00:00+01:00", "class_id": ids["class"]}
    made = session.ask("assignment: plain text", NEW, "tove", text=f"{INSTRUCTIONS}\r\n", query=bees, headers=TEXT)
    ids["assignment"] = made["assignment"]["id"]
    everyone = {"instructions": f"Rost.\n{INSTRUCTIONS}", "deadline": LATER, "title": None, "max_score": 30}
    made = session.ask("assignment: for all classes", NEW, "tove", json_body=everyone, headers={"Prefer": "wait=45"})
    ids["open"] = made["assignment"]["id"]
    over = {"instructions": INSTRUCTIONS, "deadline": LONG_AGO, "title": "Over", "class_id": ids["class"]}
    ids["over"] = session.ask("assignment: a deadline long past", NEW, "tove", json_body=over)["assignment"]["id"]
    vague = {"instructions": "Write about gold.", "deadline": LATER}
    session.ask("assignment: no maximum", NEW, "tove", json_body=vague)
    several = {**vague, "instructions": "Out of 10 points. Maximum score: 20 points. Maximum score: 30 points."}
    session.ask("assignment: several maxima", NEW, "tove", json_body=several)
    job = session.ask("assignment: no maximum, not waited for", NEW, "tove", json_body=vague, headers=ASYNC)["job"][
        "id"
    ]
    session.ask("assignment: its job failed", f"GET /teacher/jobs/{job}", "tove", headers=WAIT)
    session.stream("assignment: its failed job as events", f"GET /teacher/jobs/{job}", "tove", lambda: None)
    session.ask("assignment: a class of nobody's", NEW, "tove", json_body={**vague, "class_id": UNKNOWN})
    session.ask("assignment: a colleague's class", NEW, "ture", json_body={**vague, "class_id": ids["class"]})
    session.ask("assignment: no text", NEW, "tove", json_body={**vague, "instructions": " \n"})
    session.ask("assignment: no deadline", NEW, "tove", text=INSTRUCTIONS, headers=TEXT)
    session.ask(
        "assignment: Latin-1", NEW, "tove", text="Guld är".encode("latin-1"), query={"deadline": LATER}, headers=TEXT
    )
    wrong = {"Content-Type": "text/plain; charset=latin-1"}
    session.ask("assignment: called Latin-1", NEW, "tove", text="Guld", query={"deadline": LATER}, headers=wrong)
    packed = {**TEXT, "Content-Encoding": "gzip"}
    session.ask("assignment: compressed", NEW, "tove", text="Guld", query={"deadline": LATER}, headers=packed)
    for name, value in {"title": " ", "deadline": "soon", "class_id": "x", "max_score": "1.5", "colour": "red"}.items():
        query = {"deadline": LATER, name: value}
        session.ask(f"assignment: plain text, wrong {name}", NEW, "tove", text=INSTRUCTIONS, query=query, headers=TEXT)

    pages(session, "assignments", "/teacher/assignments")
    me = session.ask("assignments: whose", "GET /auth/me", "tove")["id"]
    for name, value in {"teacher_id": me, "class_id": ids["class"]}.items():
        session.ask(f"assignments: by {name}", "GET /teacher/assignments", "ture", query={name: value})
    both = {"teacher_id": UNKNOWN, "class_id": ids["class"]}
    session.ask("assignments: by both", "GET /teacher/assignments", "ture", query=both)
    one = f"/teacher/assignments/{ids['assignment']}"
    session.ask("assignment: one", f"GET {one}", "ture")
    session.ask("assignment: its instructions", f"GET {one}/instructions", "ture")
    session.ask("assignment: its template", f"GET {one}/template", "ture")
    session.ask("assignment: its instructions by HEAD", f"HEAD {one}/instructions", "ture")
    session.ask("assignment: no submissions yet", f"GET {one}/submissions", "tove")
    _changes(session)


def _changes(session: Session) -> None:
    """Before the first text anything may be changed."""
    path = f"/teacher/assignments/{session.ids['open']}"
    for step, body in {
        "title": {"title": "Rust"},
        "deadline": {"deadline": "2098-12-31T23:59:59.5Z"},
        "nothing": {},
        "class": {"class_id": session.ids["class"]},
        "every class": {"class_id": None},
        "a class of nobody's": {"class_id": UNKNOWN},
        "template": {"correction_template": "Rust is no gold."},
        "title of null": {"title": None},
        "instructions": {"instructions": "Rust never sleeps. Maximum score: 40 points."},
        "instructions and maximum": {"instructions": "Rust. Maximum score: 40 points.", "max_score": 40},
        "instructions and template": {
            "instructions": "Rust. Maximum score: 40 points.",
            "correction_template": "Rust.",
        },
        "instructions that are vague": {"instructions": "Rust never sleeps."},
        "maximum": {"max_score": 25},
        "empty template": {"correction_template": " "},
    }.items():
        session.ask(f"change: {step}", f"PATCH {path}", "tove", json_body=body)
    session.ask("change: the template by PUT", f"PUT {path}/template", "tove", text="Rust är rött.\n", headers=TEXT)
    other = {**TEXT, "If-Match": '"another"'}
    session.ask(
        "change: the template of another version", f"PUT {path}/template", "tove", text="Rost.\n", headers=other
    )
    session.ask("change: an empty template by PUT", f"PUT {path}/template", "tove", text=" ", headers=TEXT)
    session.ask("change: the template now", f"GET {path}/template", "tove")
    session.ask("change: all of it", f"GET {path}", "tove")


def while_it_is_built(session: Session, thaw: Callable[[], None]) -> None:
    """New instructions whose template is being built: nothing else may be changed meanwhile."""
    path = f"/teacher/assignments/{session.ids['open']}"
    body = {"instructions": "Guld och rost. Maximum score: 20 points.", "max_score": 20}
    job = session.ask("building: begun", f"PATCH {path}", "tove", json_body=body, headers=ASYNC)["job"]["id"]
    session.ask("building: the old ones stand", f"GET {path}/instructions", "tove")
    session.ask("building: a second change", f"PATCH {path}", "tove", json_body={"title": "Now"})
    session.ask("building: a template", f"PUT {path}/template", "tove", text="Now.", headers=TEXT)
    running = f"GET /teacher/jobs/{job}"
    session.ask("building: its job runs", running, "tove", until=lambda answer: answer["status"] == "running")
    session.stream("building: as events", running, "tove", thaw)
    session.ask("building: done", f"GET {path}", "tove")


def with_failing_services(session: Session) -> None:
    """What every service fails with leaves nothing."""
    for step, directive in {"refuse": "refusal", "are down": "fail=503"}.items():
        body = {"instructions": f"{INSTRUCTIONS} [[sim:{directive}]]", "deadline": LATER, "title": "Nothing"}
        session.ask(f"all services {step}: no assignment", NEW, "tove", json_body=body, headers=WAIT)
    body = {"instructions": f"{INSTRUCTIONS} [[sim:fail=503]]"}
    path = f"/teacher/assignments/{session.ids['untouched']}"
    session.ask("all services are down: no change", f"PATCH {path}", "tove", json_body=body, headers=WAIT)
    session.ask("all services are down: it is as it was", f"GET {path}", "tove")
    session.ask("all services are down: nothing is listed", "GET /teacher/assignments", "tove")
