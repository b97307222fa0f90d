"""What is seen from outside, held against a recording.

`recording.jsonl` is one session with assay as it was before it was rebuilt: every route with every status it can
answer, mails, and what commands print. `test_recorded_session.py` plays the session against this checkout. Fields,
headers and rows of help may be added; whatever else differs stands in `differences.jsonl`, each with its reason.

    python -m tests.contract replay                   plays it against this checkout and prints what differs
    python -m tests.contract replay --build FOLDER    against another checkout, with the .venv in it
    python -m tests.contract replay --declare         prints lines for differences.jsonl; add the reasons
    python -m tests.contract add                      records the steps that the recording lacks, from this checkout
    python -m tests.contract record --build FOLDER    records all anew; differences.jsonl is to be emptied then

The session is driven by processes and sockets alone, so it fits any build: nothing here imports the application.
`session/` are the steps, by subject; `driver.py` makes requests and runs commands; `build.py` starts processes;
`placeholders.py` takes out what differs between any two runs; `comparison.py` says what else does.
"""
