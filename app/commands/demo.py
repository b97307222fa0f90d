"""`assay demo`: the main job end to end on an embedded database with simulated AI services, narrated."""

import argparse

from app.dev import demo
from app.settings import Settings


def run(_: Settings, __: argparse.Namespace) -> int:
    """0 only if everything happened as told."""
    return demo.run()
