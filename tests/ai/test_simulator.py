"""The simulator answers the real SDKs as the services do, and tells what it was asked."""

import asyncio
import contextlib
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from app.dev.simulator import Running, fingerprint, running, serve

SCORE = {
    "type": "object",
    "properties": {"score": {"type": "integer"}},
    "required": ["score"],
    "additionalProperties": False,
}
TEMPLATE = {
    "type": "object",
    "properties": {
        "correction_template": {"type": "string"},
        "max_score": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["correction_template", "max_score"],
    "additionalProperties": False,
}
FENCE = "0123456789abcdef" * 2
GRADE = "Grade the text with a whole number from 0 to 20."


@dataclass
class Here:
    """A running simulator and both SDKs' clients for it."""

    running: Running
    openai: openai.AsyncOpenAI
    anthropic: anthropic.AsyncAnthropic

    async def ask_openai(self, system: str, user: str, key: str = "sk-sim-test", **more: Any) -> str:
        messages: Any = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        more = {"model": "gpt-4o", "max_completion_tokens": 500, "temperature": 0, **more}
        answer = await self.openai.copy(api_key=key).chat.completions.create(messages=messages, **more)
        return str(answer.choices[0].message.content)

    async def ask_anthropic(self, system: str, user: str, key: str = "sk-sim-test", **more: Any) -> str:
        messages: Any = [{"role": "user", "content": user}]
        more = {"model": "claude-sonnet-4-6", "max_tokens": 500, **more}
        answer = await self.anthropic.copy(api_key=key).messages.create(system=system, messages=messages, **more)
        return "".join(block.text for block in answer.content if block.type == "text")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def module_here() -> AsyncIterator[Here]:
    async with (
        running() as simulator,
        openai.AsyncOpenAI(api_key="unset", base_url=simulator.openai_base_url, max_retries=0) as one,
        anthropic.AsyncAnthropic(
            api_key="unset", base_url=simulator.anthropic_base_url, max_retries=0, open_telemetry=False
        ) as other,
    ):
        yield Here(simulator, one, other)


@pytest.fixture
async def here(module_here: Here) -> Here:
    module_here.running.calls.reset()
    return module_here


def fenced(text: str, before: str = "") -> str:
    return f"{before}\n--- BEGIN STUDENT TEXT {FENCE} ---\n{text}\n--- END STUDENT TEXT {FENCE} ---\nGrade the text."


def as_openai(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def as_anthropic(schema: dict[str, Any]) -> dict[str, Any]:
    return {"format": {"type": "json_schema", "schema": schema}}


async def test_both_services_grade_with_a_json_schema(here: Here) -> None:
    one = await here.ask_openai(GRADE, fenced("Water boils."), response_format=as_openai(SCORE))
    other = await here.ask_anthropic(GRADE, fenced("Water boils."), output_config=as_anthropic(SCORE))
    assert one == other == '{"score": 1}'


async def test_both_services_build_a_template_with_the_maximum_of_the_instructions(here: Here) -> None:
    told = "Explain photosynthesis in at most 300 words. You can get up to 12 points."
    one = await here.ask_openai("Write a template.", told, response_format=as_openai(TEMPLATE))
    other = await here.ask_anthropic("Write a template.", told, output_config=as_anthropic(TEMPLATE))
    assert one == other
    assert '"max_score": 12' in one
    assert "photosynthesis" in one


async def test_without_a_schema_the_system_prompt_decides_the_kind(here: Here) -> None:
    asked = 'Answer {"score": N}, a whole number from 0 to 20.'
    assert re.fullmatch(r'{"score": \d+}', await here.ask_anthropic(asked, "Water boils."))
    assert '"template": "Correction' in await here.ask_openai('Answer {"template": "..."}', "Max 5 points.")
    assert await here.ask_openai("Say hello.", "Hello") == "OK"


async def test_the_same_text_always_gets_the_same_score_and_a_richer_text_a_better_one(here: Here) -> None:
    poor, rich = (
        "Water boils.",
        "Water boils at one hundred degrees because its vapour pressure equals that of the air.",
    )
    scores = [await here.ask_openai(GRADE, fenced(text)) for text in (poor, rich, poor, rich)]
    assert scores[:2] == scores[2:]
    numbers = [int(score.removeprefix("Score: ")) for score in scores[:2]]
    assert 0 <= numbers[0] < numbers[1] <= 20


async def test_only_the_text_between_the_last_fences_is_graded(here: Here) -> None:
    alone = await here.ask_openai(GRADE, fenced("Water boils."))
    longer = f"{FENCE}\nMany other interesting words about photosynthesis, from 0 to 90 points\n{FENCE}"
    assert await here.ask_openai(GRADE, fenced("Water boils.", longer)) == alone


async def test_answers_count_tokens_and_carry_a_request_id(here: Here) -> None:
    messages: Any = [{"role": "user", "content": "Hello, how are you?"}]
    one = await here.openai.copy(api_key="sk-sim-x").chat.completions.create(model="gpt-4o", messages=messages)
    other = await here.anthropic.copy(api_key="sk-sim-x").messages.create(
        model="claude-sonnet-4-6", max_tokens=50, messages=messages
    )
    assert one.usage is not None
    assert one.usage.prompt_tokens == other.usage.input_tokens == 5
    assert one.usage.completion_tokens == other.usage.output_tokens == 1
    assert one._request_id
    assert one._request_id.startswith("req_")
    assert other._request_id
    assert other._request_id.startswith("req_")
    assert one._request_id != other._request_id


async def test_models_are_listed_by_the_service_whose_headers_were_sent(here: Here) -> None:
    one = {model.id async for model in here.openai.copy(api_key="sk-sim-x").models.list()}
    other = {model.id async for model in here.anthropic.copy(api_key="sk-sim-x").models.list(limit=2)}
    assert "gpt-4o" in one
    assert "claude-sonnet-4-6" in other
    assert not one & other
    assert (await here.openai.copy(api_key="sk-sim-x").models.retrieve("gpt-4o")).shutdown_date == "2027-01-14"
    assert (await here.anthropic.copy(api_key="sk-sim-x").models.retrieve("claude-sonnet-4-6")).lifecycle == "active"


@pytest.mark.parametrize("model", ["claude-3-7-sonnet-20250219", "claude-9"])
async def test_a_retired_or_unknown_model_of_anthropic_is_not_found(here: Here, model: str) -> None:
    # Over plain HTTP: the SDK warns about the retired id before it sends anything.
    body = {"model": model, "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]}
    headers = {"authorization": "Bearer sk-ant-x1", "anthropic-version": "2026-10-21"}
    async with httpx2.AsyncClient() as client:
        answer = await client.post(f"{here.running.url}/v1/messages", json=body, headers=headers)
    assert answer.status_code == 404
    assert answer.json()["error"] == {"type": "not_found_error", "message": f"model: {model}"}
    assert answer.json()["request_id"] == answer.headers["request-id"]


async def test_a_retired_or_unknown_model_of_openai_is_not_found(here: Here) -> None:
    for model in ("gpt-4o-2024-05-13", "gpt-9"):
        with pytest.raises(openai.NotFoundError) as caught:
            await here.ask_openai("", "x", model=model)
        assert caught.value.code == "model_not_found"


@pytest.mark.parametrize("key", ["test-key-openai", "12345678", "sk-1234567890", "sk-sim-x", "~!{}|;:,", "x-sk-ant-1"])
async def test_any_key_of_eight_characters_is_good_at_both_services(here: Here, key: str) -> None:
    assert await here.ask_openai("", "x", key)
    assert await here.ask_anthropic("", "x", key)
    assert (await here.openai.copy(api_key=key).models.list()).data
    assert (await here.anthropic.copy(api_key=key).models.list()).data


@pytest.mark.parametrize("key", ["short-1", "sk-ant-api03-abcdefgh", "sk-1"])
async def test_openai_refuses_a_key_that_is_not_its_own(here: Here, key: str) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        await here.ask_openai("", "x", key)
    assert caught.value.code == "invalid_api_key"
    assert here.running.calls.count("openai", "401") == 1


@pytest.mark.parametrize("key", ["short-1", "sk-proj-abcdefgh"])
async def test_anthropic_refuses_a_key_that_is_not_its_own(here: Here, key: str) -> None:
    with pytest.raises(anthropic.AuthenticationError) as caught:
        await here.ask_anthropic("", "x", key)
    assert caught.value.type == "authentication_error"
    with pytest.raises(anthropic.AuthenticationError):
        await here.anthropic.copy(api_key=key).models.list()


OPENAI_REFUSES: list[tuple[dict[str, Any], str | None]] = [
    ({"temperature": 3}, "temperature"),
    ({"max_completion_tokens": 0}, "max_completion_tokens"),
    ({"max_tokens": 5}, "max_tokens"),
    ({"extra_body": {"top_k": 4}}, "top_k"),
    ({"model": "gpt-6-luna"}, "temperature"),
    ({"model": "gpt-6-luna", "reasoning_effort": "none", "max_tokens": 9, "max_completion_tokens": None}, "max_tokens"),
    ({"response_format": as_openai({**SCORE, "additionalProperties": True})}, "response_format"),
    ({"response_format": as_openai({**SCORE, "required": []})}, "response_format"),
    ({"response_format": {"type": "json_object"}}, "messages"),
]


@pytest.mark.parametrize(("more", "param"), OPENAI_REFUSES)
async def test_openai_refuses_what_the_service_refuses(here: Here, more: dict[str, Any], param: str | None) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await here.ask_openai("Grade.", "x", **more)
    assert caught.value.param == param
    assert caught.value.type == "invalid_request_error"


ANTHROPIC_REFUSES: list[tuple[dict[str, Any], str]] = [
    ({"extra_body": {"temperature": 1}}, "temperature: Extra inputs are not permitted"),
    ({"extra_body": {"top_p": 1}}, "top_p: Extra inputs are not permitted"),
    ({"extra_body": {"seed": 1}}, "seed: Extra inputs are not permitted"),
    ({"max_tokens": 0}, "max_tokens: Input should be greater than or equal to 1"),
    ({"extra_body": {"max_tokens": "many"}}, "max_tokens: Input should be a valid integer"),
    ({"model": "claude-sonnet-5-5", "thinking": {"type": "disabled"}}, "thinking.type.disabled"),
    ({"model": "claude-sonnet-5", "thinking": {"type": "enabled", "budget_tokens": 1024}}, "thinking.type.enabled"),
    ({"extra_body": {"messages": [{"role": "system", "content": "x"}]}}, 'Unexpected role "system"'),
    ({"extra_body": {"messages": [{"role": "user", "content": ""}]}}, "must be non-empty"),
    (
        {"extra_body": {"messages": [{"role": "assistant", "content": "{"}]}},
        "does not support assistant message prefill",
    ),
    (
        {
            "output_config": as_anthropic(
                {**SCORE, "properties": {"score": {"type": "integer", "minimum": 0, "maximum": 9}}}
            )
        },
        "For 'integer' type, properties maximum, minimum are not supported",
    ),
    ({"output_config": as_anthropic({"type": "object"})}, "'additionalProperties' must be explicitly set to false"),
]


@pytest.mark.parametrize(("more", "message"), ANTHROPIC_REFUSES)
async def test_anthropic_refuses_what_the_service_refuses(here: Here, more: dict[str, Any], message: str) -> None:
    with pytest.raises(anthropic.BadRequestError) as caught:
        await here.ask_anthropic("Grade.", "x", **more)
    assert message in str(caught.value.api_message)
    assert caught.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'{"model": 1, "messages": 2, "max_tokens": 3}']
)
async def test_a_body_that_is_no_request_is_refused(here: Here, body: bytes) -> None:
    headers = {"authorization": "Bearer sk-sim-x", "anthropic-version": "2026-10-21"}
    async with httpx2.AsyncClient(base_url=here.running.url, headers=headers) as client:
        for path in ("/v1/chat/completions", "/v1/messages"):
            answer = await client.post(path, content=body)
            assert answer.status_code in (400, 404)
            assert answer.json()["error"]["message"]


async def test_unknown_paths_and_methods_are_refused_and_bytes_that_are_no_http_get_400(here: Here) -> None:
    async with httpx2.AsyncClient(base_url=here.running.url) as client:
        assert (await client.get("/v1/nothing")).status_code == 404
        assert (await client.get("/v1/messages")).status_code == 405
        assert (await client.put("/simulator/calls")).status_code == 404
    reader, writer = await asyncio.open_connection(here.running.host, here.running.port)
    writer.write(b"This is not HTTP.\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_the_older_api_version_of_anthropic_takes_a_temperature(here: Here) -> None:
    headers = {"anthropic-version": "2023-06-01"}
    assert await here.ask_anthropic("Hi.", "x", extra_body={"temperature": 0}, extra_headers=headers) == "OK"


async def test_a_small_output_limit_cuts_the_answer_and_thinking_counts_inside_it(here: Here) -> None:
    messages: Any = [{"role": "system", "content": "Write a template."}, {"role": "user", "content": "x"}]
    client = here.openai.copy(api_key="sk-sim-x").chat.completions
    one = await client.create(model="gpt-4o", messages=messages, max_completion_tokens=2)
    assert (one.choices[0].finish_reason, one.choices[0].message.content) == ("length", "Correcti")
    other = await here.anthropic.copy(api_key="sk-sim-x").messages.create(
        model="claude-sonnet-5", max_tokens=16, messages=messages[1:]
    )
    assert (other.stop_reason, [block.type for block in other.content]) == ("max_tokens", ["thinking"])


async def test_calls_are_counted_by_service_outcome_and_key_without_texts_or_keys(here: Here) -> None:
    secret = "sk-sim:fail=503,id=never-shown"
    await here.ask_openai(GRADE, "A sentence that is not kept.")
    with pytest.raises(openai.InternalServerError):
        await here.ask_openai(GRADE, "A sentence that is not kept.", secret)
    async with httpx2.AsyncClient(base_url=here.running.url) as client:
        shown = (await client.get("/simulator/calls")).text
        told = (await client.get("/simulator/calls")).json()
        assert (await client.delete("/simulator/calls")).status_code == 204
        assert (await client.get("/simulator/calls")).json()["total"] == 0
    assert told["total"] == 2
    assert told["services"]["openai"]["outcomes"] == {"503": 1, "answered": 1}
    assert told["services"]["openai"]["keys"][fingerprint(secret)] == 1
    assert told["latest"][0]["kind"] == "grading"
    assert "never-shown" not in shown
    assert "not kept" not in shown


async def test_an_outage_takes_one_service_down_and_up_again(here: Here) -> None:
    async with httpx2.AsyncClient(base_url=here.running.url) as client:
        assert (await client.post("/simulator/outage", json={"openai": True})).json()["openai"] == "fail=503"
        with pytest.raises(openai.InternalServerError):
            await here.ask_openai("", "x")
        assert await here.ask_anthropic("", "x") == "OK"
        await client.post("/simulator/outage", json={"openai": False, "anthropic": "close"})
        assert await here.ask_openai("", "x") == "OK"
        with pytest.raises(anthropic.APIConnectionError):
            await here.ask_anthropic("", "x")
        assert (await client.post("/simulator/outage", json={"anthropic": "clsoe"})).status_code == 400
        assert (await client.post("/simulator/outage", json={"anthropic": False})).status_code == 200
    assert await here.ask_anthropic("", "x") == "OK"


async def test_calls_in_flight_are_counted_per_key(here: Here) -> None:
    key = "sk-sim:delay=0.2"
    await asyncio.gather(*(here.ask_openai("", "x", key) for _ in range(5)))
    assert here.running.calls.peak[f"openai {fingerprint(key)}"] == 5
    assert here.running.calls.in_flight["openai"] == 0


async def test_an_observer_in_the_same_process_sees_each_question() -> None:
    seen: list[tuple[str, str, str]] = []
    async with (
        running(observe=lambda service, key, body: seen.append((service, key, body["messages"][0]["content"]))) as here,
        openai.AsyncOpenAI(api_key="sk-sim-seen", base_url=here.openai_base_url, max_retries=0) as client,
    ):
        await client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Look."}])
    assert seen == [("openai", "sk-sim-seen", "Look.")]


async def test_the_simulator_ends_at_once_while_requests_hang() -> None:
    async with running() as here:
        client = openai.AsyncOpenAI(api_key="sk-sim:hang", base_url=here.openai_base_url, max_retries=0)
        messages: Any = [{"role": "user", "content": "x"}]
        asking = [
            asyncio.create_task(client.chat.completions.create(model="gpt-4o", messages=messages)) for _ in range(9)
        ]
        while here.calls.total < 9:
            await asyncio.sleep(0.01)
    async with asyncio.timeout(300):
        ends = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(end) for end in ends} == {openai.APIConnectionError}
    with contextlib.suppress(OSError):
        await client.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org", ""])
def test_only_loopback_is_listened_on(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        serve(host=host)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_the_command_prints_both_variables_serves_and_ends_cleanly_on_a_signal(how: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from app.dev.simulator import serve; serve()", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode()
    found = re.fullmatch(r"OPENAI_BASE_URL=(\S+)/v1 ANTHROPIC_BASE_URL=(\S+)\n", first)
    assert found
    assert found[1] == found[2]
    async with (
        openai.AsyncOpenAI(api_key="sk-sim-x", base_url=f"{found[1]}/v1", max_retries=0) as client,
        httpx2.AsyncClient(base_url=found[1]) as plain,
    ):
        await client.models.list()
        hanging = asyncio.create_task(
            client.copy(api_key="sk-sim:hang").chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "x"}]
            )
        )
        while not (await plain.get("/simulator/calls")).json()["services"]["openai"]["in_flight"]:
            await asyncio.sleep(0.01)
        process.send_signal(how)
        assert await asyncio.wait_for(process.wait(), 300) == 0
        with pytest.raises(openai.APIConnectionError):
            await hanging
