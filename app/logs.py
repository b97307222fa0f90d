"""Log lines: whole ones in LOG_DIR/assay.log, shared by every process and rotated, the first of each on stderr.

With LOG_DIR=none whole ones on stdout alone. They are text, or with LOG_FORMAT=json one JSON object a line.
"""

import atexit
import contextlib
import copy
import io
import json
import logging
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Literal

from concurrent_log_handler import ConcurrentTimedRotatingFileHandler

from app.settings import Settings
from app.traceparent import span_id, trace_id, traceparent

# Of the request or job that this code works for; the same id is in the error envelope and in X-Request-ID.
correlation_id: ContextVar[str] = ContextVar("correlation_id", default="-")

FILE = "assay.log"
MAX_BYTES = 10_000_000
KEPT_FILES = 60
AT_ONCE, A_SECOND = 10_000, 1_000  # lines below WARNING: a thousand a second, and many at once now and then
COMPLAIN_SECONDS = 60.0
# At DEBUG these write requests, keys or essays; whatever LOG_LEVEL says, they stay at WARNING or above.
QUIET = ("openai", "anthropic", "httpx2", "httpcore2", "aiohttp", "aiosmtplib", "asyncio")
ONE_LINE = str.maketrans({"\n": "\\n", "\r": "\\r", "\x1b": "\\x1b"})
Format = Literal["text", "json"]


class _Text(logging.Formatter):
    """The message on one line, whatever a client put into it; a traceback below it keeps its lines.

    Local time with its offset from UTC; the correlation id, and where there is one the id of the trace.
    """

    def __init__(self, level: str = "%(levelname)s", moment: str | None = None) -> None:
        super().__init__(f"%(asctime)s %(process)d {level} %(name)s [%(ids)s] %(message)s", moment)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone()
        return moment.strftime(datefmt) if datefmt else moment.isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.ids = " ".join(filter(None, (record.correlation_id, trace_id(record.traceparent))))  # type: ignore[attr-defined]
        return super().formatMessage(record).translate(ONE_LINE)


class _Json(logging.Formatter):
    """One object a line, in ASCII, with the time in UTC. A traceback stands in `exception`, as it does in the text."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "correlation_id": record.correlation_id,  # type: ignore[attr-defined]
        }
        if sent := record.traceparent:  # type: ignore[attr-defined]
            line |= {"trace_id": trace_id(sent), "span_id": span_id(sent)}
        line["message"] = record.getMessage()
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line)


class _FirstLine(logging.Formatter):
    """For people who watch: a traceback is in the file."""

    def __init__(self, whole: logging.Formatter) -> None:
        super().__init__()
        self.whole = whole

    def format(self, record: logging.LogRecord) -> str:
        if not record.exc_text:
            return self.whole.format(record)
        short = copy.copy(record)
        short.exc_text = None
        return self.whole.format(short)


class _Complaint:
    """Says on stderr once a minute that lines are lost (a full disk, a pipe that nobody reads), as one line of the log:
    logging's own report is two dozen for each."""

    complained_at = -math.inf

    def handleError(self, record: logging.LogRecord) -> None:
        now, error = monotonic(), sys.exception()
        if now - self.complained_at < COMPLAIN_SECONDS:
            return
        self.complained_at = now
        why = f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__
        said = _own_line(logging.ERROR, f"lines of the log cannot be written and are lost ({why})")
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(self.format(said) + "\n")  # type: ignore[attr-defined]


class _File(_Complaint, ConcurrentTimedRotatingFileHandler):  # type: ignore[misc,unused-ignore]
    pass


class _Stream(_Complaint, logging.StreamHandler):  # type: ignore[type-arg]
    pass


def _own_line(level: int, text: str) -> logging.LogRecord:
    """What the log says of itself."""
    said = {
        "name": __name__,
        "levelno": level,
        "levelname": logging.getLevelName(level),
        "msg": text,
        "correlation_id": "-",
        "traceparent": "",
    }
    return logging.makeLogRecord(said)


class Entrance(QueueHandler):
    """Hands lines to the thread that writes. In a flood, lines below WARNING are left out; once a second it says so."""

    queue: "SimpleQueue[logging.LogRecord]"

    def __init__(self, lines: "SimpleQueue[logging.LogRecord]") -> None:
        super().__init__(lines)
        self.may, self.counted_at = float(AT_ONCE), monotonic()  # lines that may come just now
        self.left_out, self.said_at = 0, 0.0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Everything as text, the message apart from the traceback: what they were made of may change meanwhile."""
        made = copy.copy(record)
        made.msg, made.args = record.getMessage(), None
        if record.exc_info:
            made.exc_text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            made.exc_info = None
        return made

    def enqueue(self, record: logging.LogRecord) -> None:
        now = monotonic()
        self.may = min(self.may + (now - self.counted_at) * A_SECOND, AT_ONCE)
        self.counted_at = now
        if self.left_out and now - self.said_at >= 1:
            text, self.left_out, self.said_at = f"{self.left_out} lines were left out: too many", 0, now
            self.queue.put_nowait(self.prepare(_own_line(logging.WARNING, text)))
        if self.may < 1 and record.levelno < logging.WARNING:
            self.left_out += 1
        else:
            self.may = max(self.may - 1, 0.0)
            self.queue.put_nowait(record)


def with_ids(record: logging.LogRecord) -> bool:
    """A filter that gives each line the ids of what its code works for."""
    if not hasattr(record, "correlation_id"):
        record.correlation_id, record.traceparent = correlation_id.get(), traceparent.get()
    return True


def setup(
    folder: Path | None, level: str = "INFO", max_bytes: int = MAX_BYTES, form: Format = "text"
) -> Callable[[], None]:
    """Send every logger's lines to `folder` (a new file at `max_bytes` and at midnight) and to stderr; without one, to
    stdout.

    A line costs its caller a queue's put: files and their lock are a thread's work. Returns a function that writes
    what still waits and ends the thread; it may be called twice and is called at exit. Raises OSError when the folder
    cannot be written.
    """
    handlers = [_to_stdout(form)] if folder is None else [_to_file(folder, max_bytes, form), _to_stderr(form)]
    entrance = Entrance(SimpleQueue())
    entrance.addFilter(with_ids)
    listener = QueueListener(entrance.queue, *handlers)
    listener.start()

    logging.basicConfig(level=level, handlers=[entrance], force=True)
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))

    with contextlib.ExitStack() as at_the_end:
        at_the_end.callback(handlers[0].flush if folder is None else handlers[0].close)
        at_the_end.callback(listener.stop)
        at_the_end.callback(logging.getLogger().removeHandler, entrance)
        stop = at_the_end.pop_all().close
    atexit.register(stop)
    return stop


def _to_file(folder: Path, max_bytes: int, form: Format) -> logging.Handler:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("ab"):
        pass  # the handler below would only complain, line by line
    handler: logging.Handler = _File(
        str(folder.absolute() / FILE),
        when="midnight",
        maxBytes=max_bytes,
        backupCount=KEPT_FILES,
        encoding="utf-8",
        unicode_error_policy="replace",
    )
    handler.setFormatter(_Json() if form == "json" else _Text())
    return handler


def _to_stderr(form: Format) -> logging.Handler:
    handler = _Stream(sys.stderr)
    handler.setFormatter(_FirstLine(_Json() if form == "json" else _Text("%(levelname).1s", "%Y-%m-%d %H:%M:%S")))
    return handler


def _to_stdout(form: Format) -> logging.Handler:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a line in another alphabet is better than none
    handler = _Stream(sys.stdout)
    handler.setFormatter(_Json() if form == "json" else _Text())
    return handler


@contextmanager
def logged(settings: Settings) -> Iterator[None]:
    """Log lines for as long as a command runs, as the settings say. Raises OSError that names LOG_DIR."""
    try:
        stop = setup(settings.log_dir, settings.log_level, form=settings.log_format)
    except OSError as error:
        raise OSError(f"LOG_DIR cannot be used: {error}") from error
    try:
        yield
    finally:
        stop()
