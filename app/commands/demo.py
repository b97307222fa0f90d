"""`assay demo`: the main job end to end on an embedded database with simulated AI services, narrated."""

import argparse

from app.dev.demo import story
from app.settings import Settings


def run(_: Settings, __: argparse.Namespace) -> int:
    """0 only if everything happened as told."""
    return story.run()
