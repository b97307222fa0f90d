"""No key ever serves another teacher, and no cookie, header or variable carries one there."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from app.ai import environment
from app.ai.calls.grading import Graded
from app.ai.failover import AiUnavailable

HOSTILE = {
    "OPENAI_API_KEY": "sk-sim-foreign-1",
    "OPENAI_ADMIN_KEY": "sk-sim-foreign-2",
    "OPENAI_ORG_ID": "org-foreign",
    "OPENAI_PROJECT_ID": "proj-foreign",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer sk-sim-foreign-3\nOpenAI-Organization: org-foreign",
    "OPENAI_LOG": "debug",
    "ANTHROPIC_API_KEY": "sk-sim-foreign-4",
    "ANTHROPIC_AUTH_TOKEN": "sk-sim-foreign-5",
    "ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer sk-sim-foreign-6\nX-Api-Key: sk-sim-foreign-7",
    "ANTHROPIC_LOG": "debug",
    "ANTHROPIC_PROFILE": "foreign",
}
ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, json, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from app.ai.api_keys import ApiKey
from app.ai.calls.grading import grade
from app.ai.models import Model
from app.ai.providers import Providers
from app.settings import Settings

async def main():
    rows = [Model(*row) for row in json.loads(sys.argv[1])]
    async with Providers(Settings(_env_file=None)) as services:
        for provider in ("openai", "anthropic"):
            done = await grade(services, instructions="x", template="x", max_score=20, text="A secret essay.",
                               keys={provider: ApiKey(f"sk-sim-of-{provider}")}, models=rows)
            assert done.provider == provider

asyncio.run(main())
"""


def test_only_the_variables_that_are_settings_of_assay_survive() -> None:
    kept = {"OPENAI_BASE_URL": "x", "ANTHROPIC_MODEL": "y", "PATH": "z"}
    environ = {**HOSTILE, **kept}
    assert set(environment.neutralise(environ)) == set(HOSTILE)
    assert environ == kept


async def test_hostile_variables_change_no_request_and_print_no_essay(wire: Any) -> None:
    rows = json.dumps([[model.provider, model.model, dict(model.parameters)] for model in wire.models])
    url = f"http://127.0.0.1:{wire.port}"
    env = {**os.environ, **HOSTILE, "OPENAI_BASE_URL": f"{url}/v1", "ANTHROPIC_BASE_URL": url, "PYTHONPATH": str(ROOT)}
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, rows, env=env, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, printed = await program.communicate()
    said = printed.decode()
    assert program.returncode == 0, said
    assert wire.keys() == {"sk-sim-of-openai", "sk-sim-of-anthropic"}
    for request in wire.requests:
        assert not {"openai-organization", "openai-project", "x-api-key"} & set(request.headers)
    assert "foreign" not in said
    assert "secret essay" not in said
    assert "sk-sim-of" not in said
    for name in HOSTILE:
        assert f"environment variable {name} is not used" in said


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_a_foreign_credential_that_gets_in_later_is_stopped_before_it_is_sent(
    wire: Any, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire.services() as services:
        name = f"{provider.upper()}_CUSTOM_HEADERS"
        os.environ[name] = "Authorization: Bearer sk-sim-foreign"
        try:
            with pytest.raises(AiUnavailable):
                await wire.grade(services, {provider: wire.good})
        finally:
            del os.environ[name]
        assert not wire.requests
        assert "was stopped" in caplog.text
        assert "foreign" not in caplog.text
        assert (await wire.grade(services, {provider: wire.good})).provider == provider


async def test_an_empty_base_url_variable_does_not_count(wire: Any) -> None:
    os.environ["ANTHROPIC_BASE_URL"] = ""
    try:
        async with wire.services() as services:
            assert (await wire.grade(services, {"anthropic": wire.good})).provider == "anthropic"
    finally:
        del os.environ["ANTHROPIC_BASE_URL"]


async def test_a_cookie_of_one_answer_is_not_carried_to_the_next_request(wire: Any) -> None:
    async with wire.services(host="localhost") as services:
        for provider in ("openai", "anthropic"):
            await wire.grade(
                services, {provider: "sk-sim-1-sim:header=set-cookie:who=teacher-one; Path=/".replace(" ", "%20")}
            )
            await wire.grade(services, {provider: wire.good})
    assert len(wire.requests) == 4
    assert not any("cookie" in request.headers for request in wire.requests)


async def test_a_thousand_gradings_of_forty_teachers_each_carry_their_own_key(
    wire: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A tenth of all calls fails in some way; an empty or broken key of one service falls to nobody else's."""
    faults = ["fail=503", "fail=429,retry-after=0.01", "fail=500", "null", "html", "close", "cut", "nonsense",
              "fail=401", "fail=quota"]  # fmt: skip

    def keys(teacher: int) -> dict[str, str]:
        fault = faults[teacher % len(faults)]
        both = {
            "openai": f"sk-sim-o{teacher:02}-sim:rate=0.1,{fault}",
            "anthropic": f"sk-sim-a{teacher:02}-sim:rate=0.1,{fault}",
        }
        if teacher % 10 == 3:
            both["anthropic"] = ""
        if teacher % 10 == 6:
            both["openai"] = "sk-sim\nbroken"
        return both

    async def one(number: int) -> tuple[int, Graded | AiUnavailable]:
        teacher = number % 40
        try:
            return teacher, await wire.grade(
                services, keys(teacher), f"This essay is of teacher-{teacher:02}. No {number}."
            )
        except AiUnavailable as unavailable:
            return teacher, unavailable

    caplog.set_level("ERROR")
    async with wire.services() as services:
        results = await asyncio.gather(*(one(number) for number in range(1000)))

    fences = set()
    for request, body in zip(wire.requests, wire.bodies(), strict=True):
        text = body["messages"][-1]["content"]
        teacher = text.partition("This essay is of teacher-")[2][:2]
        key = request.headers["authorization"].removeprefix("Bearer ")
        service = "a" if request.path.endswith("/messages") else "o"
        assert key.startswith(f"sk-sim-{service}{teacher}-")
        fences.add(text.partition("BEGIN INSTRUCTIONS ")[2][:32])
    assert len(fences) == len(wire.requests) >= 1000
    good = [result for _, result in results if isinstance(result, Graded)]
    assert len(good) > 950
    assert all(0 <= result.score <= 20 for result in good)
    assert all(1 <= len(result.attempts) <= 4 for _, result in results)
    assert len(wire.requests) == sum(
        attempt.reason != "key_unusable" for _, result in results for attempt in result.attempts
    )
