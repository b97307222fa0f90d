"""Each directive of the simulator makes the real SDKs raise or return what docs/simulate-ai.md says."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from app.dev.simulator import Running, running
from app.dev.simulator.directives import ANSWERS, BODIES, CHAOS, VALUES, WIRE, parse
from app.dev.simulator.failures import NAMED

BOTH = ("openai", "anthropic")


class Clients:
    """Both SDKs against one simulator; `ask` is one bare call of a service, `None` when the SDK returned nothing."""

    def __init__(self, here: Running) -> None:
        self.here = here
        self.openai = openai.AsyncOpenAI(api_key="unset", base_url=here.openai_base_url, max_retries=0)
        self.anthropic = anthropic.AsyncAnthropic(
            api_key="unset", base_url=here.anthropic_base_url, max_retries=0, open_telemetry=False
        )

    async def ask(
        self, service: str, does: str = "", text: str = "x", *, system: str = "Say OK.", timeout: float = 20
    ) -> Any:
        key = f"sk-sim:{does}" if does else "sk-sim-plain"
        user: Any = [{"role": "user", "content": text}]
        if service == "openai":
            messages: Any = [{"role": "system", "content": system}, *user]
            completions = self.openai.copy(api_key=key, timeout=timeout).chat.completions
            return await completions.create(model="gpt-4o", messages=messages)
        client = self.anthropic.copy(api_key=key, timeout=timeout)
        return await client.messages.create(model="claude-sonnet-4-6", max_tokens=400, system=system, messages=user)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def all_clients() -> AsyncIterator[Clients]:
    async with running() as here:
        clients = Clients(here)
        yield clients
        await clients.openai.close()
        await clients.anthropic.close()


@pytest.fixture
async def clients(all_clients: Clients) -> Clients:
    all_clients.here.calls.reset()
    return all_clients


def raised(caught: pytest.ExceptionInfo[Any]) -> Any:
    """The exception that was caught, whichever SDK it came from."""
    return caught.value


def said(answer: Any) -> str | None:
    """The text of either service's answer."""
    if isinstance(answer, anthropic.types.Message):
        return next((block.text for block in answer.content if block.type == "text"), None)
    content = answer.choices[0].message.content
    return content if content is None else str(content)


STATUSES: dict[int, tuple[type[Exception], type[Exception]]] = {
    400: (openai.BadRequestError, anthropic.BadRequestError),
    401: (openai.AuthenticationError, anthropic.AuthenticationError),
    402: (openai.APIStatusError, anthropic.PaymentRequiredError),
    403: (openai.PermissionDeniedError, anthropic.PermissionDeniedError),
    404: (openai.NotFoundError, anthropic.NotFoundError),
    408: (openai.APIStatusError, anthropic.RequestTimeoutError),
    409: (openai.ConflictError, anthropic.ConflictError),
    413: (openai.APIStatusError, anthropic.ContentTooLargeError),
    418: (openai.APIStatusError, anthropic.APIStatusError),
    422: (openai.UnprocessableEntityError, anthropic.UnprocessableEntityError),
    429: (openai.RateLimitError, anthropic.RateLimitError),
    499: (openai.APIStatusError, anthropic.ClientClosedRequestError),
    500: (openai.InternalServerError, anthropic.InternalServerError),
    501: (openai.InternalServerError, anthropic.HTTPNotImplementedError),
    502: (openai.InternalServerError, anthropic.InternalServerError),
    503: (openai.InternalServerError, anthropic.ServiceUnavailableError),
    504: (openai.InternalServerError, anthropic.GatewayTimeoutError),
    520: (openai.InternalServerError, anthropic.InternalServerError),
    529: (openai.InternalServerError, anthropic.OverloadedError),
    599: (openai.InternalServerError, anthropic.InternalServerError),
}


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize("status", STATUSES)
async def test_a_status_raises_the_exception_of_the_sdk_with_the_services_own_body(
    clients: Clients, service: str, status: int
) -> None:
    with pytest.raises((openai.APIStatusError, anthropic.APIStatusError)) as caught:
        await clients.ask(service, f"fail={status}")
    error = raised(caught)
    assert error.status_code == status
    assert error.type
    assert error.request_id.startswith("req_")
    assert type(error) is STATUSES[status][BOTH.index(service)]
    assert clients.here.calls.count(service, str(status)) == 1


NAMES = {
    "auth": ((401, "invalid_request_error", "invalid_api_key"), (401, "authentication_error", None)),
    "permission": ((403, "invalid_request_error", "model_not_found"), (403, "permission_error", None)),
    "region": ((403, "request_forbidden", "unsupported_country_region_territory"), (403, "permission_error", None)),
    "model-gone": ((404, "invalid_request_error", "model_not_found"), (404, "not_found_error", None)),
    "rate": ((429, "requests", "rate_limit_exceeded"), (429, "rate_limit_error", None)),
    "quota": (
        (429, "insufficient_quota", "insufficient_quota"),
        (429, "rate_limit_error", "enforced_spend_limit_reached"),
    ),
    "billing": ((429, "insufficient_quota", "billing_not_active"), (402, "billing_error", None)),
    "spend-limit": ((429, "insufficient_quota", "billing_hard_limit_reached"), (400, "invalid_request_error", None)),
    "context": ((400, "invalid_request_error", "context_length_exceeded"), (400, "invalid_request_error", None)),
    "policy": ((400, "invalid_request_error", "invalid_prompt"), (400, "invalid_request_error", None)),
    "overloaded": ((503, "server_error", None), (529, "overloaded_error", None)),
}


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize("name", NAMED)
async def test_a_named_failure_has_the_services_own_type_and_code(clients: Clients, service: str, name: str) -> None:
    with pytest.raises((openai.APIStatusError, anthropic.APIStatusError)) as caught:
        await clients.ask(service, f"fail={name}")
    error = raised(caught)
    code = error.code if service == "openai" else error.error_code
    assert (error.status_code, error.type, code) == NAMES[name][BOTH.index(service)]


@pytest.mark.parametrize("service", BOTH)
async def test_retry_after_is_what_was_asked_for_and_a_quota_failure_has_none(clients: Clients, service: str) -> None:
    found = []
    for does in ("fail=429", "fail=429,retry-after=3600", "fail=429,code=quota", "fail=rate,retry-after=none"):
        with pytest.raises((openai.RateLimitError, anthropic.RateLimitError)) as caught:
            await clients.ask(service, does)
        found.append(raised(caught).response.headers.get("retry-after"))
    assert found == ["1", "3600", None, None]


CONNECTION = ("cut", "close", "reset", "not-http")


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize("does", CONNECTION)
async def test_a_broken_connection_raises_a_connection_error(clients: Clients, service: str, does: str) -> None:
    with pytest.raises((openai.APIConnectionError, anthropic.APIConnectionError)) as caught:
        await clients.ask(service, does)
    assert not isinstance(caught.value, openai.APITimeoutError | anthropic.APITimeoutError)
    assert clients.here.calls.count(service, does) == 1


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize("does", ["hang", "stall", "delay=30"])
async def test_silence_ends_in_a_timeout(clients: Clients, service: str, does: str) -> None:
    with pytest.raises((openai.APITimeoutError, anthropic.APITimeoutError)):
        await clients.ask(service, does, timeout=0.3)


@pytest.mark.parametrize("service", BOTH)
async def test_a_dripping_answer_outlives_the_sdks_timeout_and_needs_a_deadline(clients: Clients, service: str) -> None:
    with pytest.raises(TimeoutError):  # the deadline's, not the SDK's: each byte begins its timeout anew
        async with asyncio.timeout(5):
            await clients.ask(service, "drip", timeout=4)
    assert clients.here.calls.count(service, "drip") == 1


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize("does", ["broken-json", "empty", "fail=204"])
async def test_a_body_that_is_no_json_raises_outside_the_sdks_hierarchy(
    clients: Clients, service: str, does: str
) -> None:
    with pytest.raises(json.JSONDecodeError):
        await clients.ask(service, does)


@pytest.mark.parametrize("service", BOTH)
async def test_bodies_of_the_wrong_kind_come_back_without_an_exception(clients: Clients, service: str) -> None:
    field = "choices" if service == "openai" else "content"
    assert isinstance(await clients.ask(service, "html"), str)
    assert said(await clients.ask(service, "plain")) == "OK"  # the SDKs read JSON under any name but HTML's
    assert await clients.ask(service, "null") is None
    assert isinstance(await clients.ask(service, "list"), list)
    assert getattr(await clients.ask(service, "empty-json"), field) is None
    assert getattr(await clients.ask(service, "error-200"), field) is None
    assert getattr(await clients.ask(service, "no-choices"), field) == []


@pytest.mark.parametrize("service", BOTH)
@pytest.mark.parametrize("does", ["bad-gzip", "bad-utf8"])
async def test_bytes_that_cannot_be_decoded_raise(clients: Clients, service: str, does: str) -> None:
    with pytest.raises((openai.APIConnectionError, anthropic.APIConnectionError, ValueError)):
        await clients.ask(service, does)


@pytest.mark.parametrize("service", BOTH)
async def test_a_gateways_page_comes_with_the_status_asked_for(clients: Clients, service: str) -> None:
    with pytest.raises((openai.InternalServerError, anthropic.InternalServerError)) as caught:
        await clients.ask(service, "fail=502,html")
    assert raised(caught).response.headers["content-type"].startswith("text/html")
    assert raised(caught).status_code == 502


async def test_openai_ends_unfinished_answers_as_the_service_does(clients: Clients) -> None:
    ends = {}
    for does in ("length", "thinking-only", "refusal", "filter", "tool"):
        choice = (await clients.ask("openai", f"{does},answer={'w' * 10}")).choices[0]
        ends[does] = (choice.finish_reason, choice.message.content, bool(choice.message.refusal))
    assert ends == {
        "length": ("length", "wwwww", False),
        "thinking-only": ("length", None, False),
        "refusal": ("stop", None, True),
        "filter": ("content_filter", None, False),
        "tool": ("tool_calls", None, False),
    }


async def test_anthropic_ends_unfinished_answers_as_the_service_does(clients: Clients) -> None:
    ends = {}
    for does in ("length", "thinking-only", "refusal", "filter", "tool"):
        answer = await clients.ask("anthropic", f"{does},answer={'w' * 10}")
        ends[does] = (answer.stop_reason, said(answer))
    assert ends == {
        "length": ("max_tokens", "wwwww"),
        "thinking-only": ("max_tokens", None),
        "refusal": ("refusal", None),
        "filter": ("refusal", None),
        "tool": ("tool_use", None),
    }


@pytest.mark.parametrize("service", BOTH)
async def test_the_answer_itself_can_be_dictated(clients: Clients, service: str) -> None:
    grade = 'Answer {"score": N}, from 0 to 20.'
    assert said(await clients.ask(service, "score=17", system=grade)) == '{"score": 17}'
    assert said(await clients.ask(service, "score=-3", system=grade)) == '{"score": -3}'
    assert (
        said(await clients.ask(service, "answer=Score%3A%20%F0%9D%9F%8F%2C5%0A%5B1%5D", system=grade))
        == "Score: 𝟏,5\n[1]"
    )
    nonsense = said(await clients.ask(service, "nonsense", system=grade))
    assert nonsense
    assert not any(letter.isdigit() for letter in nonsense)
    build = 'Answer {"template": "...", "max_score": N}'
    assert json.loads(said(await clients.ask(service, "max-score=7", system=build)) or "")["max_score"] == 7


async def test_a_redirect_posts_the_essay_to_another_origin_unless_it_is_forbidden(clients: Clients) -> None:
    seen: list[str] = []
    async with running(observe=lambda service, key, body: seen.append(service)) as elsewhere:
        does = f"redirect={elsewhere.openai_base_url}/chat/completions"
        with pytest.raises(openai.AuthenticationError):  # it arrives without the key
            await clients.ask("openai", does)
        assert elsewhere.calls.total == 1
        async with httpx2.AsyncClient(follow_redirects=False) as http:
            client = clients.openai.copy(api_key=f"sk-sim:{does}", http_client=http)
            with pytest.raises(openai.APIStatusError) as caught:
                await client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
        assert caught.value.status_code == 307
        assert elsewhere.calls.total == 1
    assert not seen


@pytest.mark.parametrize("service", BOTH)
async def test_a_marker_in_the_text_works_like_one_in_the_key(clients: Clients, service: str) -> None:
    with pytest.raises((openai.InternalServerError, anthropic.InternalServerError)):
        await clients.ask(service, text="An essay. [[sim:fail=503]] And more.")
    assert said(await clients.ask(service, text="An essay. [[sim:answer=17]]")) == "17"


async def test_a_scope_limits_a_directive_to_a_service_a_kind_or_a_model(clients: Clients) -> None:
    with pytest.raises(openai.InternalServerError):
        await clients.ask("openai", "openai,fail=503")
    assert said(await clients.ask("anthropic", "openai,fail=503")) == "OK"
    grade, build = 'Answer {"score": N}', 'Answer {"template": "..."}'
    with pytest.raises(openai.InternalServerError):
        await clients.ask("openai", "grading,fail=503", system=grade)
    assert said(await clients.ask("openai", "grading,fail=503", system=build))
    with pytest.raises(openai.NotFoundError):
        await clients.ask("openai", "fail=model-gone,model=gpt-4o")
    assert said(await clients.ask("openai", "fail=model-gone,model=gpt-6-luna")) == "OK"


async def test_a_keys_directives_reach_the_list_of_models_only_when_they_name_it(clients: Clients) -> None:
    await clients.openai.copy(api_key="sk-sim:fail=401").models.list()
    with pytest.raises(openai.AuthenticationError):
        await clients.openai.copy(api_key="sk-sim:models,fail=401").models.list()
    with pytest.raises(anthropic.AuthenticationError):
        await clients.anthropic.copy(api_key="sk-sim:models,fail=401").models.list()


async def outcomes(clients: Clients, does: str, number: int) -> list[bool]:
    """For each of `number` calls whether it was answered."""
    found = []
    for _ in range(number):
        try:
            found.append(said(await clients.ask("openai", does)) == "OK")
        except openai.InternalServerError:
            found.append(False)
    return found


async def test_times_and_after_limit_which_calls_fail(clients: Clients) -> None:
    assert await outcomes(clients, "fail=503,times=2", 4) == [False, False, True, True]
    assert await outcomes(clients, "fail=503,after=2", 4) == [True, True, False, False]
    assert await outcomes(clients, "fail=503,after=1,times=1", 4) == [True, False, True, True]


async def test_times_counts_the_calls_of_both_services_unless_one_is_named(clients: Clients) -> None:
    with pytest.raises(openai.InternalServerError):
        await clients.ask("openai", "fail=503,times=1,id=both")
    assert said(await clients.ask("anthropic", "fail=503,times=1,id=both")) == "OK"


async def test_rate_fails_the_same_share_of_calls_after_each_reset(clients: Clients) -> None:
    first = await outcomes(clients, "fail=503,rate=0.3", 60)
    clients.here.calls.reset()
    assert await outcomes(clients, "fail=503,rate=0.3", 60) == first
    assert 6 <= first.count(False) <= 30


async def test_chaos_fails_a_share_of_calls_in_many_ways(clients: Clients) -> None:
    ask = [clients.ask("anthropic", f"chaos=0.5,id={number}") for number in range(120)]
    await asyncio.gather(*ask, return_exceptions=True)
    seen = {outcome: number for (_, outcome), number in clients.here.calls.outcomes.items()}
    assert 30 <= seen.pop("answered") <= 90
    assert len(seen) >= 8


async def test_an_unknown_directive_is_refused_by_name(clients: Clients) -> None:
    with pytest.raises(openai.BadRequestError, match="does not understand the directive 'fial'"):
        await clients.ask("openai", "fial=503")
    with pytest.raises(anthropic.BadRequestError, match="does not understand the directive 'fail'"):
        await clients.ask("anthropic", text="[[sim:fail=nine]]")


def test_every_directive_is_documented_and_every_chaos_is_a_directive() -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulate-ai.md").read_text(encoding="utf-8")
    for word in (*WIRE, *BODIES, *ANSWERS, *VALUES, *(f"fail={name}" for name in NAMED)):
        assert f"`{word}" in page, word
    for text in CHAOS:
        parse(text, "test")
