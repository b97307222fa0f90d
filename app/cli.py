"""The console script `assay`: a command is found by its name, and what went wrong is one sentence."""

import argparse
import ast
import contextlib
import os
import pkgutil
import re
import select
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files
from types import ModuleType

from pydantic import ValidationError

from app import commands
from app.settings import Settings
from app.version import title

WRONG_USE = 2
FAILED = 1
INTERRUPTED = 130
CLOSED_PIPE = 141  # as a shell says it of a program that nobody reads any more


def names() -> list[str]:
    """Every command, as it is typed."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__))


def command(name: str) -> ModuleType:
    """The module of a command; importing it may take a second."""
    return import_module(f"app.commands.{name.replace('-', '_')}")


def sentence_of(name: str) -> str:
    """What a command does, as the first line of its module says it; read, not imported."""
    source = files(commands).joinpath(f"{name.replace('-', '_')}.py").read_text("utf-8")
    said = (ast.get_docstring(ast.parse(source)) or "").partition(": ")[2].strip()
    return " ".join(said.partition("\n\n")[0].split()).rstrip(".")


def parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """Reads this command line: it knows every command, and the options of the one that is named there, so that no
    other has to be imported."""
    top = argparse.ArgumentParser(prog="assay", description="Students' texts are graded by AI and paid in gold coins.")
    top.add_argument("--version", action="store_true", help="print version and commit")
    added = top.add_subparsers(required=True, metavar="command", dest="command")
    chosen = next((word for word in given if word in names()), None)
    for name in [chosen] if chosen and chosen == given[0] else names():
        sentence = sentence_of(name)
        options = added.add_parser(name, help=sentence, description=f"{sentence[:1].upper()}{sentence[1:]}.")
        if name == chosen and (declare := getattr(command(name), "declare", None)):
            declare(options)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; what its user can put right is said in one sentence on stderr, never as a traceback."""
    given = sys.argv[1:] if argv is None else argv
    if given == ["--version"]:
        print(title())
        return 0
    earlier = signal.signal(signal.SIGTERM, _leave)
    arguments = parser(given).parse_args(given)
    module = command(arguments.command)
    if not getattr(module, "DRAINS", False):
        signal.signal(signal.SIGTERM, earlier)
    try:
        settings = _settings(module, arguments)
    except ValidationError as error:
        wrong = (f"{'.'.join(str(part) for part in e['loc']).upper()}: {e['msg']}" for e in error.errors())
        return _say(f"These settings are wrong: {'; '.join(wrong)}", WRONG_USE)
    except UnicodeDecodeError:
        return _say(".env is not UTF-8.", WRONG_USE)
    try:
        code: int = module.run(settings, arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except _expected() as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            return CLOSED_PIPE
        return _say(_sentence(error), FAILED)
    return code


def _leave(*_: object) -> None:
    """SIGTERM while a command is being imported: nothing is under way that could not be left.

    One that serves keeps this until its event loop sees to the signal. No SystemExit: libraries that are being imported
    may catch it.
    """
    os._exit(0)


def _settings(module: ModuleType, arguments: argparse.Namespace) -> Settings:
    options = {name: getattr(arguments, name) for name in getattr(module, "OVERRIDES", ())}
    return Settings(**{name: value for name, value in options.items() if value is not None})


def _nobody_reads() -> bool:
    """Whether standard output is a pipe without a reader. From then on it leads nowhere: what is left is no error."""
    poll = select.poll()
    poll.register(1, 0)
    if not any(event & select.POLLERR for _, event in poll.poll(0)):
        return False
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return True


def _expected() -> tuple[type[BaseException], ...]:
    """What a user can put right; looked up only when something was raised."""
    import asyncpg

    from app.ai.prompts import PromptRefused
    from app.db.database import Unavailable
    from app.db.sql_objects import MigrationError
    from app.dev.embedded_postgres import EmbeddedError
    from app.security.keyring import SecretRefused

    ours = (commands.CommandError, EmbeddedError, MigrationError, PromptRefused, SecretRefused, Unavailable)
    return (*ours, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def _sentence(error: BaseException) -> str:
    """asyncpg appends DETAIL, which may hold a row, and quotes a URI that it cannot read: neither is shown."""
    import asyncpg

    from app.db.database import Unavailable

    if isinstance(error, Unavailable):
        return error.sentence
    if isinstance(error, asyncpg.PostgresError):
        return f"The database says: {error.args[0] if error.args else type(error).__name__}"
    return str(error) or type(error).__name__


def _say(sentence: str, code: int) -> int:
    """On one line, without the password that a URL in it may hold."""
    hidden = re.sub(r"(://[^\s/@:]*):[^\s/@]*@", r"\1:***@", " ".join(sentence.split()))
    with contextlib.suppress(OSError):
        print(f"assay: {hidden}", file=sys.stderr)
    return code
