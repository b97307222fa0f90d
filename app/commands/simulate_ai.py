"""`assay simulate-ai`: a loopback server that speaks both AI services' wire protocols."""

import argparse

from app.dev import simulator
from app.logs import logged
from app.settings import Settings

DEFAULT_PORT = 8001


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="0: any free one")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT. Raises OSError for a port that is taken."""
    with logged(settings):
        simulator.serve(port=arguments.port)
    return 0


def _port(text: str) -> int:
    if not 0 <= (number := int(text)) <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not a port")
    return number
