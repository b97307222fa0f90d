"""What deploy/ gives to Prometheus and Grafana speaks of metrics that a running service exports, with their labels."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.db.database import Database
from app.db.figures import FIGURES
from app.metrics import exposition
from app.web.rate_limits import RateLimits
from tests.own_replica import replicate_itself
from tests.web.conftest import Assay, School

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"
NAME = re.compile(r"\b(assay_\w+)(?:\{([^}]*)\})?")
WORDS = {"instance", "job", "le"}  # labels that Prometheus adds, and a histogram's


def expressions(part: Any) -> Iterator[str]:
    """Every `expr` and every query of a dashboard."""
    if isinstance(part, dict):
        yield from (str(part[key]) for key in ("expr", "query") if isinstance(part.get(key), str))
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from expressions(one)


def rules() -> list[str]:
    """The expressions of the alerts, which stand on one line or on the more deeply indented ones after it."""
    text = (PROMETHEUS / "assay.rules.yml").read_text("utf-8")
    found = re.findall(r"^ +expr: (?:>-\n)?((?:.+\n)(?:^ {10}.+\n)*)", text, re.M)
    assert len(found) == text.count("- alert:") > 10
    return found


def labels_of(expression: str) -> set[str]:
    """Labels that an expression picks by or adds up by."""
    picked = re.findall(r"(\w+)(?:=~|!~|!=|=)\"", expression)
    grouped = [name for group in re.findall(r"\bby \(([^)]*)\)", expression) for name in group.split(", ")]
    return {*picked, *grouped}


async def test_dashboard_and_alerts_name_only_what_a_running_service_exports(assay: Assay, school: School) -> None:
    await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": "Gold is a metal."})
    replicate_itself(assay.url)
    async with Database(assay.url, assay.url):  # for a process with a replica
        while b"assay_replica_lag_seconds" not in exposition():
            await asyncio.sleep(0.2)  # the loop is the replica's, who is looked at in it
    assert await RateLimits("redis://127.0.0.1:1").look() is False  # for one that counts with others
    text = (await assay.client.get("/metrics")).text
    exported: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            exported.setdefault(one.name, set()).update(one.labels)
    board = json.loads((ROOT / "deploy/grafana/assay.json").read_text("utf-8"))
    known = set().union(*exported.values()) | WORDS
    for expression in [*expressions(board), *rules()]:
        for name, picked in NAME.findall(expression):
            assert name in exported, f"{name} is not exported: {expression}"
            assert set(re.findall(r"(\w+)(?:=~|!~|!=|=)\"", picked)) <= exported[name] | WORDS, expression
        assert labels_of(expression) <= known, expression
    shown = {name for expression in expressions(board) for name, _ in NAME.findall(expression)}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown} == families  # each is on the dashboard
    assert set(FIGURES) <= families


async def test_a_grading_is_counted_with_its_calls_and_tokens(assay: Assay, school: School) -> None:
    def value(text: str, name: str, **labels: str) -> float:
        families = text_string_to_metric_families(text)
        samples = (one for family in families for one in family.samples if one.name == name)
        return sum(one.value for one in samples if labels.items() <= one.labels.items())

    async def scrape() -> list[float]:
        text = (await assay.client.get("/metrics")).text
        calls = value(text, "assay_ai_call_duration_seconds_count", provider="anthropic", outcome="ok")
        failed = value(text, "assay_ai_call_duration_seconds_count", provider="anthropic", outcome="down")
        tokens = value(text, "assay_ai_tokens_total", provider="anthropic", direction="in")
        graded = value(text, "assay_jobs_ended_total", kind="grade_text", outcome="succeeded")
        assert value(text, "assay_workers") == 1
        return [calls, failed, tokens, graded]

    before = await scrape()
    text = "Gold is a metal. [[sim:anthropic,fail=503,times=1]]"
    await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": text})
    calls, failed, tokens, graded = (now - then for now, then in zip(await scrape(), before, strict=True))
    assert (calls, failed, graded) == (1, 1, 1)
    assert tokens > 0


@pytest.mark.parametrize("words", [("check", "rules", "assay.rules.yml"), ("check", "config", "prometheus.yml"),
                                   ("test", "rules", "assay.rules.test.yml")], ids=" ".join)  # fmt: skip
def test_promtool_accepts_the_rules_and_they_fire_when_they_should(words: tuple[str, ...]) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: apt install prometheus)")
    done = subprocess.run(["promtool", *words], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
