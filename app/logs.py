"""Log lines: whole ones in LOG_DIR/assay.log, shared by every process and rotated; the first of each on stderr."""

import atexit
import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

from concurrent_log_handler import ConcurrentTimedRotatingFileHandler

from app.settings import Settings

# Of the request or job that this code works for; the same id is in the error envelope and in X-Request-ID.
correlation_id: ContextVar[str] = ContextVar("correlation_id", default="-")

FILE = "assay.log"
MAX_BYTES = 10_000_000
KEPT_FILES = 60
AT_ONCE, A_SECOND = 10_000, 1_000  # lines below WARNING: a thousand a second, and many at once now and then
# At DEBUG these write requests, keys or essays; whatever LOG_LEVEL says, they stay at WARNING or above.
QUIET = ("openai", "anthropic", "httpx2", "httpcore2", "aiohttp", "aiosmtplib", "asyncio")
ONE_LINE = str.maketrans({"\n": "\\n", "\r": "\\r", "\x1b": "\\x1b"})


class _Message(logging.Formatter):
    """The message on one line, whatever a client put into it; a traceback below it keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return super().formatMessage(record).translate(ONE_LINE)


class _Line(logging.Formatter):
    """Local time with its offset from UTC."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone()
        return moment.strftime(datefmt) if datefmt else moment.isoformat(timespec="milliseconds")


class Entrance(QueueHandler):
    """Hands lines to the thread that writes. In a flood, lines below WARNING are left out; once a second it says so."""

    queue: "SimpleQueue[logging.LogRecord]"

    def __init__(self, lines: "SimpleQueue[logging.LogRecord]") -> None:
        super().__init__(lines)
        self.may, self.counted_at = float(AT_ONCE), monotonic()  # lines that may come just now
        self.left_out, self.said_at = 0, 0.0

    def enqueue(self, record: logging.LogRecord) -> None:
        now = monotonic()
        self.may = min(self.may + (now - self.counted_at) * A_SECOND, AT_ONCE)
        self.counted_at = now
        if self.left_out and now - self.said_at >= 1:
            text, self.left_out, self.said_at = f"{self.left_out} lines were left out: too many", 0, now
            said = {
                "name": __name__,
                "levelno": logging.WARNING,
                "levelname": "WARNING",
                "msg": text,
                "correlation_id": "-",
            }
            self.queue.put_nowait(self.prepare(logging.makeLogRecord(said)))
        if self.may < 1 and record.levelno < logging.WARNING:
            self.left_out += 1
        else:
            self.may = max(self.may - 1, 0.0)
            self.queue.put_nowait(record)


class _FirstLine(_Line):
    """For people who watch: a traceback is in the file."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).partition("\n")[0]


def _with_correlation_id(record: logging.LogRecord) -> bool:
    if not hasattr(record, "correlation_id"):
        record.correlation_id = correlation_id.get()
    return True


def setup(folder: Path, level: str = "INFO", max_bytes: int = MAX_BYTES) -> Callable[[], None]:
    """Send every logger's lines to `folder` (a new file at `max_bytes` and at midnight) and to stderr.

    A line costs its caller a queue's put: files and their lock are a thread's work. Returns a function that writes
    what still waits and ends the thread; it may be called twice and is called at exit. Raises OSError when the folder
    cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("ab"):
        pass  # the handler below would only complain, line by line
    to_file = ConcurrentTimedRotatingFileHandler(
        str(folder.absolute() / FILE),
        when="midnight",
        maxBytes=max_bytes,
        backupCount=KEPT_FILES,
        encoding="utf-8",
        unicode_error_policy="replace",
    )
    to_file.setFormatter(_Line("%(asctime)s %(process)d %(levelname)s %(name)s [%(correlation_id)s] %(message)s"))
    to_stderr = logging.StreamHandler(sys.stderr)
    short = "%(asctime)s %(process)d %(levelname).1s %(name)s [%(correlation_id)s] %(message)s"
    to_stderr.setFormatter(_FirstLine(short, "%Y-%m-%d %H:%M:%S"))

    entrance = Entrance(SimpleQueue())
    entrance.setFormatter(_Message("%(message)s"))
    entrance.addFilter(_with_correlation_id)
    listener = QueueListener(entrance.queue, to_file, to_stderr)
    listener.start()

    logging.basicConfig(level=level, handlers=[entrance], force=True)
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))

    with contextlib.ExitStack() as at_the_end:
        at_the_end.callback(to_file.close)
        at_the_end.callback(listener.stop)
        at_the_end.callback(logging.getLogger().removeHandler, entrance)
        stop = at_the_end.pop_all().close
    atexit.register(stop)
    return stop


@contextmanager
def logged(settings: Settings) -> Iterator[None]:
    """Log files and stderr lines for as long as a command runs. Raises OSError that names LOG_DIR."""
    try:
        stop = setup(settings.log_dir, settings.log_level)
    except OSError as error:
        raise OSError(f"LOG_DIR cannot be used: {error}") from error
    try:
        yield
    finally:
        stop()
