"""The README's tables are those of the code, and `.env.example` lists every setting."""

import os
import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from app.cli import names
from app.settings import Settings
from app.web.routes import ROUTES

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
AGAIN = "ASSAY_WRITE=1 .venv/bin/python -m pytest -n 0 tests/conventions/test_readme.py"


def table_of_routes() -> str:
    rows = ["| request | what it does | limit | query file |", "| --- | --- | --- | --- |"]
    for route in ROUTES:
        query = f"`{route.query}`" if route.query else ""
        rows.append(f"| `{route.method} {route.path}` | {route.summary} | {route.scope} | {query} |")
    return "\n".join(rows)


def table_of_settings() -> str:
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "`prompts`" if name == "prompts_dir" else shown(field.default)
        rows.append(f"| `{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def shown(default: object) -> str:
    if default in (None, (), PydanticUndefined):
        return "unset"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


@pytest.mark.parametrize(("name", "table"), [("routes", table_of_routes()), ("settings", table_of_settings())])
def test_the_readmes_tables_are_those_of_the_code(name: str, table: str) -> None:
    text = README.read_text("utf-8")
    begin, _, end = re.split(
        rf"(?<=-->\n)(.*?)(?=<!-- /{name} -->)", text.partition(f"<!-- {name}:")[2], maxsplit=1, flags=re.S
    )
    head = text[: text.index(f"<!-- {name}:")] + f"<!-- {name}:" + begin
    wanted = f"{head}{table}\n{end}"
    if os.environ.get("ASSAY_WRITE") == "1":
        README.write_text(wanted, "utf-8")
    assert README.read_text("utf-8") == wanted, f"write it anew: {AGAIN}"


def test_the_table_of_commands_has_them_all() -> None:
    missing = [name for name in names() if f"| `assay {name}" not in README.read_text("utf-8")]
    assert missing == [], "a command has its line in the README's first table"


def test_the_example_environment_lists_every_setting_with_its_default() -> None:
    lines = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.M))
    assert set(lines) == {name.upper() for name in Settings.model_fields}, "each setting has a line #NAME=default there"
    for name, field in Settings.model_fields.items():
        if name != "prompts_dir":
            assert lines[name.upper()] == shown(field.default).strip("`").replace("unset", "")
