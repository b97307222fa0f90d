"""Log files: shared by processes, rotated by size and at midnight, every line with its correlation id."""

import json
import logging
import os
import queue
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import logs
from app.traceparent import traceparent

ROOT = Path(__file__).resolve().parents[2]
LINES = 3000

WRITER = """
import logging, sys
from pathlib import Path
from app import logs
stop = logs.setup(Path(sys.argv[1]), max_bytes=20_000)
for number in range(int(sys.argv[3])):
    logging.getLogger("writer").info("%s-%d.", sys.argv[2], number)
stop()
"""

Setup = Callable[..., Callable[[], None]]


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    """`logs.setup` into a scratch folder; what it changes in the logging module is put back."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, logs.QUIET)]
    levels, handlers, stops = [logger.level for logger in loggers], root.handlers[:], []

    def start(level: str = "INFO", folder: Path | None = tmp_path, form: logs.Format = "text") -> Callable[[], None]:
        stops.append(logs.setup(folder, level, form=form))
        return stops[-1]

    yield start
    for stop in stops:
        stop()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def written(folder: Path) -> str:
    """All log files, rotated ones included."""
    return "".join(file.read_text("utf-8") for file in sorted(folder.glob("assay.log*")))


def test_two_processes_lose_no_line_while_the_file_rotates(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path, name, str(LINES)], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        for name in ("one", "two")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert len(list(tmp_path.glob("assay.log*"))) > 5
    found = re.findall(r"(one|two)-(\d+)\.$", written(tmp_path), re.MULTILINE)
    assert len(found) == len(set(found)) == 2 * LINES


def test_a_file_of_yesterday_rotates_with_the_first_line_of_today(tmp_path: Path, setup: Setup) -> None:
    setup()()
    lock = next(file for file in tmp_path.iterdir() if file.name.endswith(".lock"))
    (tmp_path / logs.FILE).write_text("yesterday's line\n")
    lock.write_text("1700000000")  # where the handler keeps the moment of the next rotation
    stop = setup()
    logging.getLogger("any").info("today's line")
    stop()
    assert "yesterday" not in (tmp_path / logs.FILE).read_text()
    assert len(list(tmp_path.glob("assay.log*"))) == 2


def test_every_line_carries_the_correlation_id_of_its_request(tmp_path: Path, setup: Setup) -> None:
    stop = setup()
    logging.getLogger("any").info("before")
    token = logs.correlation_id.set("0193-abc")
    logging.getLogger("any").info("within")
    logs.correlation_id.reset(token)
    stop()
    lines = written(tmp_path).splitlines()
    assert [line.partition(" INFO ")[2] for line in lines] == ["any [-] before", "any [0193-abc] within"]


def test_a_message_cannot_forge_a_line_and_a_traceback_keeps_its_own(tmp_path: Path, setup: Setup) -> None:
    stop = setup()
    try:
        raise ValueError("wrong")
    except ValueError:
        logging.getLogger("any").exception("a\n2026-01-01 forged")
    stop()
    lines = written(tmp_path).splitlines()
    assert lines[0].endswith(r"a\n2026-01-01 forged")
    assert lines[-1] == "ValueError: wrong"


def test_in_a_flood_the_lesser_lines_are_counted_instead() -> None:
    entrance = logs.Entrance(queue.SimpleQueue())
    began = time.monotonic()
    for number in range(5 * logs.AT_ONCE):
        entrance.enqueue(logging.makeLogRecord({"levelno": logging.INFO, "msg": str(number)}))
    entrance.enqueue(logging.makeLogRecord({"levelno": logging.ERROR, "msg": "grave"}))
    passed = [entrance.queue.get().getMessage() for _ in range(entrance.queue.qsize())]
    assert passed[: logs.AT_ONCE] == [str(number) for number in range(logs.AT_ONCE)]
    assert passed[-1] == "grave"
    assert len(passed) <= logs.AT_ONCE + logs.A_SECOND * (time.monotonic() - began) + 10
    told = sum(int(line.split()[0]) for line in passed if line.endswith("lines were left out: too many"))
    assert told + entrance.left_out + sum(line.isdigit() for line in passed) == 5 * logs.AT_ONCE


def test_stderr_shows_the_first_line_of_each(setup: Setup, capsys: pytest.CaptureFixture[str]) -> None:
    stop = setup()
    known = f"0193a5f2-7c1e-7{'a' * 19}"
    token = logs.correlation_id.set(known)
    try:
        raise ValueError("wrong")
    except ValueError:
        logging.getLogger("any").exception("it broke")
    logs.correlation_id.reset(token)
    stop()
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    assert re.fullmatch(rf"{when} {os.getpid()} E any \[{known}\] it broke\n", capsys.readouterr().err)


def test_the_libraries_that_see_keys_and_essays_stay_quiet_at_debug(tmp_path: Path, setup: Setup) -> None:
    stop = setup("DEBUG")
    for name in ("openai._base_client", "anthropic", "httpx2", "httpcore2.http11", "aiohttp.client", "aiosmtplib"):
        logging.getLogger(name).debug("sk-secret")
        logging.getLogger(name).info("sk-secret")
        logging.getLogger(name).warning("heard")
    logging.getLogger("app").debug("also heard")
    stop()
    assert "sk-secret" not in written(tmp_path)
    assert written(tmp_path).count("heard") == 7


TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


def test_json_is_one_object_a_line_with_whole_ids_and_a_time_in_utc(tmp_path: Path, setup: Setup) -> None:
    stop = setup(form="json")
    began = datetime.now(UTC)
    logging.getLogger("any").info("a %s\n\u2028b", "line")
    tokens = logs.correlation_id.set("0193-abc"), traceparent.set(TRACE)
    try:
        raise ValueError("wrong")
    except ValueError:
        logging.getLogger("any.other").exception("it broke")
    logs.correlation_id.reset(tokens[0])
    traceparent.reset(tokens[1])
    stop()
    first, second = map(json.loads, written(tmp_path).splitlines())
    assert abs(datetime.fromisoformat(first.pop("time")) - began) < timedelta(minutes=1)
    assert first == {
        "level": "INFO", "logger": "any", "process": os.getpid(), "correlation_id": "-",
        "message": "a line\n\u2028b",
    }  # fmt: skip
    assert second["time"].endswith("Z")
    assert (second["correlation_id"], second["trace_id"], second["span_id"]) == ("0193-abc", "a" * 32, "b" * 16)
    assert (second["message"], second["exception"].splitlines()[-1]) == ("it broke", "ValueError: wrong")


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_a_folder_whole_lines_go_to_stdout_alone(
    tmp_path: Path, setup: Setup, capsys: pytest.CaptureFixture[str], form: logs.Format
) -> None:
    stop = setup(folder=None, form=form)
    token = traceparent.set(TRACE)
    try:
        raise ValueError("wrong")
    except ValueError:
        logging.getLogger("any").exception("it broke")
    traceparent.reset(token)
    stop()
    out, err = capsys.readouterr()
    assert (err, list(tmp_path.iterdir())) == ("", [])
    assert "it broke" in out.splitlines()[0]
    assert "ValueError: wrong" in out
    assert "a" * 32 in out
    assert len(out.splitlines()) == 1 or form == "text"


def test_stderr_has_the_same_json_without_the_traceback(setup: Setup, capsys: pytest.CaptureFixture[str]) -> None:
    stop = setup(form="json")
    try:
        raise ValueError("wrong")
    except ValueError:
        logging.getLogger("any").exception("it broke")
    stop()
    said = json.loads(capsys.readouterr().err)
    assert (said["message"], "exception" in said) == ("it broke", False)


def test_a_command_logs_where_the_settings_say(tmp_path: Path) -> None:
    """What a container runs."""
    environment = {**os.environ, "LOG_DIR": "none", "LOG_FORMAT": "json", "PYTHONPATH": str(ROOT), "LC_ALL": "C"}
    program = "import logging; from app.logs import logged; from app.settings import Settings\n"
    program += "with logged(Settings()): logging.getLogger('any').warning('größer \U0001f600')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["message"] == "größer \U0001f600"
    assert (done.stderr, list(tmp_path.iterdir())) == ("", [])


def test_a_stopped_log_may_be_stopped_again(setup: Setup) -> None:
    stop = setup()
    stop()
    stop()


def test_a_folder_that_cannot_be_written_is_an_oserror_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        logs.setup(tmp_path / "file" / "logs")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_one_line_on_stderr(
    form: logs.Format, tmp_path: Path, setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / logs.FILE).symlink_to("/dev/full")
    stop = setup(form=form)
    for number in range(50):
        logging.getLogger("busy").info("line %d", number)
    stop()
    shown = capsys.readouterr().err.splitlines()
    complaints = [
        line for line in shown if "lines of the log cannot be written and are lost (OSError: [Errno 28]" in line
    ]
    assert (len(shown), len(complaints)) == (51, 1)  # on stderr all the others are
    if form == "json":
        assert {json.loads(line)["logger"] for line in shown} == {"app.logs", "busy"}


def test_a_full_disk_behind_stdout_is_one_line_on_stderr(tmp_path: Path) -> None:
    code = (
        "import logging; from app import logs; stop = logs.setup(None)\n"
        "for number in range(50): logging.getLogger('busy').info('line %d', number)\n"
        "stop()"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert "lines of the log cannot be written and are lost (OSError: [Errno 28]" in done.stderr.splitlines()[0]
    assert "line 0" not in done.stderr
