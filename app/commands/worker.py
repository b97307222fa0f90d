"""`assay worker`: a grading worker alone; any number of them, on any machine that reaches the database."""

import argparse
import contextlib
import logging

from app.commands import CommandError
from app.doctor.at_start import warn
from app.doctor.finding import Deployment
from app.logs import logged
from app.mail.sender import MailBrokeDown
from app.metrics import tell_build
from app.metrics_server import serving_metrics
from app.settings import Settings
from app.supervisor import end_with_parent
from app.version import commit, version
from app.worker import KindUnknown, WorkerBrokeDown

log = logging.getLogger(__name__)

DRAINS = True


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kinds", type=_listed, help="the kinds of jobs it takes, with commas between; all unless given"
    )
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)  # between processes of ours


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _metrics_port(stack: contextlib.ExitStack, settings: Settings, wanted: int) -> int:
    try:
        return stack.enter_context(serving_metrics(settings.host, wanted, settings.metrics_token))
    except OSError as error:
        raise CommandError(
            f"METRICS_PORT: {settings.host}:{wanted} cannot be listened on ({error.strerror}). Each worker of a machine"
            " needs a port of its own, or none."
        ) from None


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT. Raises CommandError, EmbeddedError, SecretRefused and PromptRefused."""
    with logged(settings):
        if arguments.supervised:
            end_with_parent()
        else:
            warn(Deployment(settings), ("sender",))
        from app.worker import process  # with the AI services' SDKs, which take seconds

        try:
            with contextlib.ExitStack() as stack:
                if settings.metrics_port is not None and not arguments.supervised:
                    port = _metrics_port(stack, settings, settings.metrics_port)
                    tell_build(version(), commit())
                    log.info("metrics are at http://%s:%d/metrics", settings.host, port)
                process.run(settings, kinds=arguments.kinds)
        except (KindUnknown, MailBrokeDown, WorkerBrokeDown) as error:
            raise CommandError(str(error)) from None
    return 0
