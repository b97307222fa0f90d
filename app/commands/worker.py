"""`assay worker`: a grading worker alone; any number of them, on any machine that reaches the database."""

import argparse

from app.logs import logged
from app.settings import Settings
from app.supervisor import end_with_parent
from app.worker import worker

DRAINS = True


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)  # between processes of ours


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT. Raises EmbeddedError, SecretRefused and PromptRefused."""
    with logged(settings):
        if arguments.supervised:
            end_with_parent()
        worker.run(settings)
    return 0
