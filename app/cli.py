"""The console script `assay`: one thin function per command, which imports what it needs when it needs it."""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from app.settings import Settings

WRONG_USE = 2
FAILED = 1
INTERRUPTED = 130

MOST_LISTED = 1_000_000


@contextmanager
def logged(settings: Settings) -> Iterator[None]:
    """Log files and stderr lines for as long as a command runs."""
    from app import logs

    try:
        stop = logs.setup(settings.log_dir, settings.log_level)
    except OSError as error:
        raise OSError(f"LOG_DIR cannot be used: {error}") from error
    try:
        yield
    finally:
        stop()


def _stop(*_: object) -> None:
    """SIGTERM while a server is being imported and set up; from then on its event loop sees to it.

    Nothing is under way that could not be left. No SystemExit: libraries that are being imported may catch it.
    """
    os._exit(0)


def serve(settings: Settings, arguments: argparse.Namespace) -> int:
    """The API and, unless told otherwise, one grading worker."""
    signal.signal(signal.SIGTERM, _stop)
    from app.commands.serve import run
    from app.commands.supervisor import end_with_parent

    with logged(settings):
        if arguments.supervised:
            end_with_parent()
        return run(
            settings,
            worker=not arguments.no_worker,
            migrate=not arguments.no_migrate,
            processes=arguments.processes,
            inherited=arguments.socket,
        )


def worker(settings: Settings, arguments: argparse.Namespace) -> int:
    """A grading worker alone."""
    signal.signal(signal.SIGTERM, _stop)
    from app.commands.supervisor import end_with_parent
    from app.worker.worker import run

    with logged(settings):
        if arguments.supervised:
            end_with_parent()
        run(settings)
    return 0


def migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    """Bring the database up to the files under sql/, or list what that would apply."""
    from app.db.migrate import migrate as bring_up
    from app.db.migrate import pending
    from app.dev.embedded_postgres import database

    with database(settings.database_url, settings.assay_data_dir) as url:
        if arguments.status:
            waiting = pending(url)
            print("\n".join(f"pending: {path}" for path in waiting) or "Nothing is pending.")
            return 0
        result = bring_up(url)
    done = [
        *(f"applied: sql/schema/{name}.sql" for name in result.applied),
        *(f"in force: sql/{path}" for path in result.replaced),
        *(f"done: {statement}" for statement in result.dropped),
    ]
    print("\n".join(done) or "Nothing to do.")
    return 0


def create_teacher(settings: Settings, arguments: argparse.Namespace) -> int:
    """A teacher's account; without a password, a link with which to set one."""
    from app.commands.create_teacher import create_teacher as create

    password = sys.stdin.readline().rstrip("\r\n") if arguments.password_stdin else None
    link = create(settings, name=arguments.name, email=arguments.email, password=password)
    print(link or f"{arguments.email} can log in now.")
    return 0


def jobs(settings: Settings, arguments: argparse.Namespace) -> int:
    """The grading queue: list what is in it, show a job, put one back to the line, or end one as failed."""
    from app.commands.jobs import run

    print(run(settings, arguments.what, getattr(arguments, "job", None), getattr(arguments, "limit", 50)))
    return 0


def check_ai(settings: Settings, arguments: argparse.Namespace) -> int:
    """Ask each AI service for one tiny answer with a teacher's keys, and print what works."""
    from app.commands.check_ai import check

    with logged(settings):
        works = check(settings, arguments.teacher)
    return 0 if works else FAILED


def rotate_secret(settings: Settings, _: argparse.Namespace) -> int:
    """Encrypt all stored AI keys anew with the newest of ASSAY_SECRET_KEYS; may run while assay works."""
    from app.commands.rotate_secret import rotate

    done = rotate(settings)
    for teacher_id, provider in done.unreadable:
        print(f"The {provider} key of teacher {teacher_id} cannot be opened with any of ASSAY_SECRET_KEYS.")
    print(f"{done.resealed} keys were encrypted anew, {done.current} were so already.")
    return FAILED if done.unreadable else 0


def data_dictionary(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write docs/database.md from the comments in the database."""
    from app.db.data_dictionary import write
    from app.db.migrate import migrate as bring_up
    from app.dev.embedded_postgres import database

    path = Path(arguments.output)
    with database(settings.database_url, settings.assay_data_dir) as url:
        if settings.database_url is None:
            bring_up(url)
        current = write(url, path, arguments.check)
    return 0 if current else _say(f"{path} is not current; run assay data-dictionary.", FAILED)


def demo(_: Settings, __: argparse.Namespace) -> int:
    """The main job end to end, narrated."""
    from app.dev.demo import run

    return run()


def simulate_ai(settings: Settings, arguments: argparse.Namespace) -> int:
    """A loopback server that speaks both AI services' wire protocols."""
    from app.dev.simulator import serve as simulate

    with logged(settings):
        simulate(port=arguments.port)
    return 0


def _port(text: str) -> int:
    if not 0 <= (number := int(text)) <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not a port")
    return number


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _most(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_LISTED:
        raise argparse.ArgumentTypeError(f"must be 1 to {MOST_LISTED:,}")
    return number


def parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    top = argparse.ArgumentParser(prog="assay", description="Students' texts are graded by AI and paid in gold coins.")
    commands = top.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[[Settings, argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        added.set_defaults(run=run)
        return added

    options = command("serve", serve)
    options.set_defaults(settings=("host", "port"))
    options.add_argument("--host", help="instead of HOST")
    options.add_argument("--port", help="instead of PORT")
    options.add_argument("--no-worker", action="store_true", help="grade nothing in this process")
    options.add_argument("--no-migrate", action="store_true", help="leave the database as it is")
    options.add_argument("--processes", type=_at_least_one, default=1, help="API processes; 1 unless given")
    options.add_argument("--socket", type=int, help=argparse.SUPPRESS)  # as `supervised`: between processes of ours
    options.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    options = command("worker", worker)
    options.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    options = command("migrate", migrate)
    options.add_argument("--status", action="store_true", help="list what is pending, change nothing")
    options = command("create-teacher", create_teacher)
    options.add_argument("--name", required=True)
    options.add_argument("--email", required=True)
    options.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    actions = command("jobs", jobs).add_subparsers(required=True, dest="what", metavar="action")
    options = actions.add_parser("list", help="what is not finished, oldest first")
    options.add_argument("--limit", type=_most, default=50, help="at most so many; 50 unless given")
    for name, does in (
        ("show", "one job, live or finished, without any text"),
        ("requeue", "back to the line, as new; whoever runs it is superseded"),
        ("fail", "end it as failed: its text is erased, and may be sent again within 24 hours"),
    ):
        actions.add_parser(name, help=does, description=does).add_argument("job", type=UUID, help="its id")
    options = command("check-ai", check_ai)
    options.add_argument("--teacher", required=True, metavar="EMAIL", help="whose keys are tried")
    command("rotate-secret", rotate_secret)
    options = command("data-dictionary", data_dictionary)
    options.add_argument("--output", default="docs/database.md", help="docs/database.md unless given")
    options.add_argument("--check", action="store_true", help="write nothing; fail when the page is not current")
    command("demo", demo)
    options = command("simulate-ai", simulate_ai)
    options.add_argument("--port", type=_port, default=8001, help="8001 unless given; 0: any free one")
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; what its user can put right is said in one sentence on stderr, never as a traceback."""
    arguments = parser().parse_args(argv)
    run: Callable[[Settings, argparse.Namespace], int] = arguments.run
    given = {name: getattr(arguments, name) for name in getattr(arguments, "settings", ())}
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = (f"{'.'.join(str(part) for part in e['loc']).upper()}: {e['msg']}" for e in error.errors())
        return _say(f"These settings are wrong: {'; '.join(wrong)}", WRONG_USE)
    except UnicodeDecodeError:
        return _say(".env is not UTF-8.", WRONG_USE)
    try:
        return run(settings, arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except _expected() as error:
        return _say(_sentence(error), FAILED)


def _expected() -> tuple[type[BaseException], ...]:
    """What a user can put right; looked up only when something was raised."""
    import asyncpg

    from app.ai.prompts import PromptRefused
    from app.commands.check_ai import TeacherUnknown
    from app.commands.create_teacher import AccountRefused
    from app.commands.jobs import NoSuchJob
    from app.db.database import Unavailable
    from app.db.sql_objects import MigrationError
    from app.dev.embedded_postgres import EmbeddedError
    from app.security.keyring import SecretRefused

    ours: tuple[type[BaseException], ...] = (AccountRefused, EmbeddedError, MigrationError, NoSuchJob, PromptRefused)
    ours += (SecretRefused, TeacherUnknown, Unavailable)
    return (*ours, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def _sentence(error: BaseException) -> str:
    """asyncpg appends DETAIL, which may hold a row, and quotes a URI that it cannot read: neither is shown."""
    import asyncpg

    from app.db.database import Unavailable

    if isinstance(error, Unavailable):
        return error.sentence
    if isinstance(error, asyncpg.UndefinedFunctionError | asyncpg.InvalidSchemaNameError):
        return "The database is not up to date: run `assay migrate` first."
    if isinstance(error, asyncpg.exceptions.ClientConfigurationError):
        return "DATABASE_URL is not a postgresql:// URI that asyncpg understands."
    if isinstance(error, asyncpg.PostgresError):
        return f"The database says: {error.args[0] if error.args else type(error).__name__}"
    return str(error) or type(error).__name__


def _say(sentence: str, code: int) -> int:
    """On one line, without the password that a URL in it may hold."""
    hidden = re.sub(r"(://[^\s/@:]*):[^\s/@]*@", r"\1:***@", " ".join(sentence.split()))
    print(f"assay: {hidden}", file=sys.stderr)
    return code
