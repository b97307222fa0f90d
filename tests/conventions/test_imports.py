"""Modules import each other in one direction: no circle, no arrow that points up, and no test that needs another."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Prints which of the AI services' SDKs, which take two seconds to import, were imported for the help of a command.
HELP = """
import contextlib, sys
from app.cli import main, names
for name in names():
    with contextlib.redirect_stdout(None), contextlib.suppress(SystemExit):
        main([name, "--help"])
    print(*(f"{name}: {sdk}" for sdk in ("anthropic", "openai") if sdk in sys.modules))
"""
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted((ROOT / "app").rglob("*.py"))
}


def imports(name: str) -> set[str]:
    """The modules of the product that a module imports, also within a function or for types alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                found.add(module if module in MODULES else node.module)
    return (found & MODULES.keys()) - {name}


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter({name: imports(name) for name in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    ("low", "high"),
    [("app.web", "app.worker"), ("app.web", "app.commands"), ("app.db", "app.web"), ("app.db", "app.worker"),
     ("app.ai", "app.web"), ("app.ai", "app.worker"), ("app.ai", "app.commands"), ("app.security", "app.web")],
)  # fmt: skip
def test_arrows_point_down(low: str, high: str) -> None:
    """`low` imports nothing of `high`."""
    wrong = {
        (name, other)
        for name in MODULES
        if name.startswith(low + ".")
        for other in imports(name)
        if other == high or other.startswith(high + ".")
    }
    assert wrong == set()


def test_no_command_imports_the_ai_services_sdks_before_it_needs_them() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_tests_share_stands_in_no_file_of_tests() -> None:
    """A file of tests can be read, moved and run alone."""
    shared = re.compile(r"^(?:from|import) (?:tests)?[\w.]*\.test_\w+|^from tests[\w.]* import test_", re.M)
    files = sorted((ROOT / "tests").rglob("*.py"))
    assert files
    assert [file.name for file in files if shared.search(file.read_text("utf-8"))] == []
