"""A trace that a request names goes on: to its log lines, its jobs, the lines of the worker, and the AI providers."""

import logging
from typing import Any

import pytest

from app import logs
from tests.web.conftest import INSTRUCTIONS, LATER, PLAIN, Assay, School

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACED = {"traceparent": f"00-{TRACE}-{SPAN}-01"}


def of(caplog: pytest.LogCaptureFixture, word: str) -> list[str]:
    """The traces of the lines that hold a word."""
    found: list[str] = [getattr(one, "traceparent", "") for one in caplog.records if word in one.getMessage()]
    assert found, word
    return found


async def test_the_lines_of_a_request_its_job_and_the_calls_of_the_providers_have_its_trace(
    assay: Assay, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(logs.with_ids)
    path = school.path + "/submission"
    sent: dict[str, Any] = {"content": "Gold. [[sim:anthropic,fail=503,times=1]]"}
    with caplog.at_level(logging.INFO):
        await assay.refused("not_found", "GET", "/student/nothing", school.student, headers=TRACED)
        made = await assay.ask("POST", path, school.student, 201, json=sent, headers=TRACED)
    assert of(caplog, "404 not_found") == of(caplog, "AI attempt failed") == [TRACED["traceparent"]]
    assert [call.traceparent for call in assay.ai.calls.latest][-2:] == [TRACED["traceparent"]] * 2
    regrade = f"/teacher/submissions/{made['submission']['id']}/regrade"
    upload = {"content": INSTRUCTIONS, "params": {"title": "Silver", "deadline": LATER}}
    for headers, trace in ((TRACED, TRACED["traceparent"]), ({}, ""), ({"traceparent": "00-Walrus"}, "")):
        await assay.ask("POST", regrade, school.teacher, 201, json={}, headers=headers)
        assert assay.ai.calls.latest[-1].traceparent == trace
        other = await assay.ask("POST", "/teacher/assignments", school.teacher, 201, headers=PLAIN | headers, **upload)
        assert assay.ai.calls.latest[-1].traceparent == trace
        changed = {"instructions": INSTRUCTIONS + " Be brief."}
        edited = f"/teacher/assignments/{other['assignment']['id']}"
        await assay.ask("PATCH", edited, school.teacher, json=changed, headers=headers)
        assert assay.ai.calls.latest[-1].traceparent == trace
        key = {"key": "sk-sim-another-anthropic"}
        await assay.ask("PUT", "/teacher/api-keys/anthropic", school.teacher, json=key, headers=headers)
        assert assay.ai.calls.latest[-1].traceparent == trace


async def test_two_traces_are_none(assay: Assay, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(logs.with_ids)
    with caplog.at_level(logging.INFO):
        await assay.client.get("/nothing", headers=[("traceparent", TRACED["traceparent"])] * 2)
    assert of(caplog, "404 not_found") == [""]
