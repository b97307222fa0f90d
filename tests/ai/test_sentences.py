"""What the log says of a failed AI call: the provider's sentence, never what was sent, however it is quoted."""

import base64
import json
import logging
import ssl
from typing import Any
from urllib.parse import quote

import pytest

from app.ai.failover import AiUnavailable
from app.ai.sentences import of_the_system, shown
from app.dev.simulator.failures import NAMED

KEY = "sk-sim-Walrus-key-abcd"
TEXT = "The Walrus dived for gold, and the model of the request was used by all of them."
SENTENCES = [
    ("You exceeded your current quota, please check your plan and billing details.", None),
    ("Overloaded", None),
    ("invalid x-api-key", None),
    ("Incorrect API key provided: sk-proj-****abcd. You can find your API key at https://x.example/keys.",
     "Incorrect API key provided: …. You can find your API key at …."),
    ("Unsupported parameter: 'max_tokens' is not supported with this model.", None),
    ("Invalid value: 'Walrus'. Supported values are: 'text' and \"Walrus dived\".",
     "Invalid value: '…'. Supported values are: 'text' and \"…\"."),
    ("Rate limit reached for gpt-4o on tokens per min: Limit 500, Used 500.",
     "Rate limit reached for … on tokens per min: Limit …, Used …."),
    (TEXT, ""), ("used by all of them", ""), ("17 18 19", ""), ("", ""), (None, ""), (["Walrus"], ""), ({"a": 1}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "wanted"), SENTENCES)
def test_a_sentence_keeps_the_words_of_providers(said: Any, wanted: str | None) -> None:
    assert shown(said, TEXT) == (said if wanted is None else wanted)


@pytest.mark.parametrize("name", NAMED)
def test_most_of_what_providers_are_known_to_say_is_shown(name: str) -> None:
    for failure in NAMED[name].values():
        assert shown(failure.message) or len(failure.message.split()) <= 2, failure.message


ECHOES = [
    "{key}", "{key-end}", "Incorrect API key provided: {key}", "Incorrect API key provided: sk-…{key-end}.", "{prompt}",
    "Invalid prompt: {prompt}", "The request {prompt} exceeded the limit", "Error: your input 'Walrus' is invalid",
    f"Invalid request: {quote(TEXT)}", f"Invalid request body {base64.b64encode(TEXT.encode()).decode()}",
    "Invalid request: {json}", "Invalid request: W-a-l-r-u-s", "Invalid key sklaW surlaW",
    "Invalid API key Ｗａｌｒｕｓ",
    "Invalid API key W\u200balrus", "Invalid model\nWalrus\r\nERROR forged line", "Invalid key \x1b[31mWalrus",
]  # fmt: skip


@pytest.mark.parametrize("echo", ECHOES)
async def test_nothing_that_was_sent_comes_back_into_the_log(
    wire: Any, caplog: pytest.LogCaptureFixture, echo: str
) -> None:
    message = echo.replace("{json}", json.dumps(TEXT)[1:-1])
    text = f"{TEXT} [[sim:fail=400,message={quote(message, safe='{}')}]]"
    async with wire.services() as services:
        with caplog.at_level(logging.DEBUG), pytest.raises(AiUnavailable):
            await wire.grade(services, {"openai": KEY, "anthropic": KEY}, text)
    lines = [record.getMessage() for record in caplog.records if "AI attempt failed" in record.getMessage()]
    assert len(lines) == 2
    for line in lines:
        for secret in (
            "walrus",
            "dived",
            "abcd",
            "gold",
            "2Fsc",
            "V2Fs",
            "%20",
            "surlaw",
            "w-a-l",
            "ｗａｌｒｕｓ",
            "forged",
            "\x1b",
        ):
            assert secret not in line.lower(), line
    assert "Walrus" not in caplog.text


def test_a_connection_that_failed_is_told_in_the_systems_words() -> None:
    refused, tls = ConnectionRefusedError(111, "Walrus"), ssl.SSLCertVerificationError(1, "Walrus")
    tls.verify_code = 10
    wrapped = RuntimeError("Illegal header value b'Bearer sk-Walrus'")
    wrapped.__cause__ = refused
    assert of_the_system(wrapped) == "Connection refused"
    assert of_the_system(tls) == "certificate verification failed (10)"
    assert of_the_system(ValueError("Walrus")) == ""
