"""The superuser's connection of tests/rules."""

from tests.rules.conftest import sql

__all__ = ["sql"]
