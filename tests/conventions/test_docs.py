"""What the pages name exists: commands with their options, settings, files, routes, things in the database, links."""

import ast
import contextlib
import io
import os
import re
import runpy
import shlex
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from app.cli import parser
from app.settings import Settings
from app.web.routes import ROUTES

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {
    ".git",
    ".venv",
    ".assay",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "logs",
    "node_modules",
}
# The generated pages are looked at by tests of their own; the changelog names what was as well.
PAGES = [*ROOT.glob("*.md"), *(f for f in (ROOT / "docs").rglob("*.md") if "generated" not in f.parts)]
OF_TODAY = [f for f in PAGES if f.name != "CHANGELOG.md"]
SHELLS = ("sh", "bash", "console", "shell")
DEV = runpy.run_path(str(ROOT / "dev.py"), run_name="dev")
# What stands for a value of its reader's.
STANDS_FOR = {"N": "2", "ID": "0199a0aa-0000-7000-8000-000000000000", "…": "something", "...": "something"}


def page_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


class Page(NamedTuple):
    """A page's text without its blocks of code, its spans of code, and its blocks with their languages."""

    prose: str
    spans: list[str]
    blocks: list[tuple[str, str]]


@cache
def read(file: Path) -> Page:
    text = file.read_text("utf-8")
    fenced = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.M | re.S)
    prose = fenced.sub("", text)
    return Page(prose, re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose), fenced.findall(text))


@cache
def tree() -> frozenset[str]:
    """Every file and folder of the project, as a path below its root."""
    found = set()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED]
        here = Path(folder).relative_to(ROOT).as_posix()
        found |= {f"{here}/{name}".removeprefix("./") for name in (*folders, *files)}
    return frozenset(found)


def commands(file: Path) -> Iterator[list[str]]:
    """The words of each command of ours in a page, without the variables before it."""
    page = read(file)
    lines = [
        line
        for language, block in page.blocks
        if language in SHELLS
        for line in re.sub(r"\\\n", "", block).splitlines()
    ]
    for line in [*page.spans, *lines]:
        for part in re.split(r"[|;&]|\$\(|\s\d?[<>]+\s", line.removeprefix("$ ")):
            try:
                words = shlex.split(part.rstrip(")"), comments=True)
            except ValueError:  # half of a quotation: not a command of ours
                continue
            while words and re.match(r"[A-Z_]+=", words[0]):
                words = words[1:]
            if words and words[0] == "docker":
                words = inside_a_container(words)
            if words and words[0].removeprefix(".venv/bin/") in ("assay", "python", "python3"):
                yield [words[0].removeprefix(".venv/bin/"), *words[1:]]


def inside_a_container(words: list[str]) -> list[str]:
    """`docker compose run --rm migrate create-teacher …` runs `assay create-teacher …`."""
    return ["assay", *words[5:]] if words[:4] == ["docker", "compose", "run", "--rm"] else []


def refusal(words: list[str]) -> str:
    """What the real command line says against these arguments of `assay`; empty when they are understood."""
    said = io.StringIO()
    given = [STANDS_FOR.get(word, word) for word in words if word not in ("[arguments]",)]
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        parser(given).parse_args(given)
    text = said.getvalue()
    return "" if "arguments are required" in text else text  # a command may be mentioned without them


@cache
def words_of(package: str) -> frozenset[str]:
    """Every string in a package's source: its options are among them."""
    nodes = (node for file in (ROOT / package).rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def wrong(words: list[str]) -> str:
    """What is wrong about a command, or nothing."""
    program, rest = words[0], words[1:]
    if program == "assay":
        names_a_connection = " ".join(words) in words_of("app")  # `assay listener` in pg_stat_activity
        return refusal(rest) if rest and not names_a_connection else ""
    if rest[:1] == ["dev.py"]:
        known = {"check", *DEV["COMMANDS"]}
        return "" if set(rest[1:2]) <= known and paths_exist(rest) else f"dev.py knows {sorted(known)}"
    if rest[:1] != ["-m"] or len(rest) < 2:
        return ""
    module = rest[1]
    if module.partition(".")[0] not in ("app", "bench", "tests", "pytest", "mypy"):
        return ""
    try:
        there = find_spec(module) is not None
    except ModuleNotFoundError:
        there = False
    if not there:
        return f"there is no module {module}"
    options = [word.partition("=")[0] for word in rest[2:] if word.startswith("--")]
    if module.startswith(("bench.", "tests.")) and not set(options) <= words_of(module.partition(".")[0]):
        return f"{module} has no {options}"
    return "" if paths_exist(rest) else "a path does not exist"


def paths_exist(words: list[str]) -> bool:
    return all(
        (ROOT / word.partition("::")[0]).exists() for word in words if re.match(r"(tests|bench|sql)/[\w/.]+$", word)
    )


@pytest.mark.parametrize("file", OF_TODAY, ids=page_of)
def test_every_command_that_a_page_names_is_understood(file: Path) -> None:
    assert {" ".join(words): said for words in commands(file) if (said := wrong(words))} == {}


@cache
def names_of_the_code() -> frozenset[str]:
    """Names in capitals that stand in any file which is not a page."""
    found: set[str] = set()
    for path in tree():
        file = ROOT / path
        if file.is_file() and file.suffix != ".md" and file.name not in ("requirements.lock", "recording.jsonl"):
            found |= set(re.findall(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b", file.read_text("utf-8", "replace")))
    return frozenset(found) | {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("file", OF_TODAY, ids=page_of)
def test_every_setting_that_a_page_names_exists(file: Path) -> None:
    said = [name for span in read(file).spans for name in re.findall(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b", span)]
    assert set(said) - names_of_the_code() == set()


PATH = re.compile(r"[\w.{},<>*…+@-]+(/[\w.{},<>*…+@-]*)*")
ENDINGS = re.compile(r"\w\.(py|sql|md|csv|jsonl?|ya?ml|lock|toml|conf|ini|sh|env|js|lua|eml|service)$")


def alternatives(path: str) -> Iterator[str]:
    """`{a,b}/c` is two paths."""
    parts = re.split(r"\{([\w.,-]+)\}", path)
    for chosen in product(*(part.split(",") if number % 2 else [part] for number, part in enumerate(parts))):
        yield "".join(chosen)


def exists(path: str) -> bool:
    """Below the root or, as pages shorten it, below some folder. `<kind>`, `…` and NNNN stand for any name."""
    pattern = re.escape(path.rstrip("/")).replace("…", ".*").replace(r"\*", "[^/]*")
    pattern = re.sub(r"<[\w_-]+>|NNNN|\\{\w+\\}", ".+", pattern)
    wanted = re.compile(rf"(.*/)?{pattern}")
    return any(wanted.fullmatch(known) for known in tree())


@cache
def roots() -> frozenset[str]:
    return frozenset(path.partition("/")[0] for path in tree())


def looks_like_a_path(span: str) -> bool:
    if not PATH.fullmatch(span) or span.startswith(("-", "/", "~")):
        return False
    known = "/" in span and (span.partition("/")[0] in roots() or ENDINGS.search(span))
    return bool(known or ("/" not in span and ENDINGS.search(span)))


# Files that are made on the way, or that are somebody else's.
MADE_LATER = re.compile(
    r".*\.env|\.venv.*|\.assay.*|logs/.*|.*\.log|.*\.eml|openapi\.json|/?openapi\.json|pg_hba\.conf|.*postgresql\.conf"
)


@pytest.mark.parametrize("file", OF_TODAY, ids=page_of)
def test_every_file_that_a_page_names_exists(file: Path) -> None:
    said = [span for span in read(file).spans if looks_like_a_path(span) and not MADE_LATER.fullmatch(span)]
    assert [span for span in said if not all(exists(one) for one in alternatives(span))] == []


@pytest.mark.parametrize("file", OF_TODAY, ids=page_of)
def test_every_route_that_a_page_names_exists(file: Path) -> None:
    if file.name == "simulate-ai.md":
        pytest.skip("these are the AI services' routes")
    said = [span for span in read(file).spans if re.match(r"(GET|POST|PUT|PATCH|DELETE) /", span) and "…" not in span]
    patterns = [re.sub(r"\{\w+\}", "[^/]+", f"{route.method} {route.path}") for route in ROUTES]
    routes = re.compile("|".join(patterns))
    assert [one for one in said if not routes.fullmatch(" ".join(re.split(r"[ ?]", one)[:2]))] == []


@cache
def sql() -> str:
    return "\n".join(file.read_text("utf-8") for file in sorted((ROOT / "sql").rglob("*.sql")))


@pytest.mark.parametrize("file", OF_TODAY, ids=page_of)
def test_everything_in_the_database_that_a_page_names_exists(file: Path) -> None:
    objects = re.compile(r"\b((?:api|worker|operator|reporting|assay)\.[a-z][a-z_]*[a-z])\b(?![./…_]|\(\")")
    blocks = " ".join(block for language, block in read(file).blocks if language == "sql")
    said = {name for text in (*read(file).spans, blocks) for name in objects.findall(text)}
    said = {name for name in said if not ENDINGS.search(name) and not name.endswith((".example", ".log"))}
    assert [name for name in sorted(said) if not re.search(rf"\b{re.escape(name)}\b", sql())] == []


@cache
def anchors(file: Path) -> frozenset[str]:
    """The headings of a page, as a forge makes anchors of them."""
    found: list[str] = []
    for heading in re.findall(r"^#+ +(.+?) *$", read(file).prose, re.M):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return frozenset(found)


@pytest.mark.parametrize("file", PAGES, ids=page_of)
def test_every_link_within_the_project_leads_somewhere(file: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", read(file).prose)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        page = (file.parent / path).resolve() if path else file
        if not page.exists() or (anchor and page.suffix == ".md" and anchor not in anchors(page)):
            broken.append(target)
    assert broken == []
