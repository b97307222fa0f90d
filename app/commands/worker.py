"""`assay worker`: a grading worker alone; any number of them, on any machine that reaches the database."""

import argparse

from app.commands import CommandError
from app.logs import logged
from app.settings import Settings
from app.supervisor import end_with_parent
from app.worker import KindUnknown, WorkerBrokeDown, worker

DRAINS = True


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kinds", type=_listed, help="the kinds of jobs it takes, with commas between; all unless given"
    )
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)  # between processes of ours


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT. Raises CommandError, EmbeddedError, SecretRefused and PromptRefused."""
    with logged(settings):
        if arguments.supervised:
            end_with_parent()
        try:
            worker.run(settings, kinds=arguments.kinds)
        except (KindUnknown, WorkerBrokeDown) as error:
            raise CommandError(str(error)) from None
    return 0
