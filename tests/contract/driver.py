"""Makes the session's requests, runs its commands and reads its mails; each is a step with a name of its own."""

import email
import email.policy
import http.client
import json
import re
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.contract.build import TIMEOUT, Processes

JSON = "application/json"
# What nearly every answer has: a recorded step names only those of them that it has otherwise (null: not at all).
COMMON: Mapping[str, str] = {
    "content-type": JSON,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-request-id": "<request id>",
}
# Of the connection, not of the answer.
LEFT_OUT = ("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding")
SETS = ("vary", "access-control-expose-headers", "access-control-allow-headers")
LIMIT = re.compile(r'"(\w+)";r=\d+;t=\d+')
SHOWN = 400  # characters of a body that a recorded request shows


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is read as its media type says."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def __getitem__(self, name: Any) -> Any:
        return self.body[name]


@dataclass
class Session:
    """A session under way, and the steps it has made."""

    processes: Processes
    port: int
    services: int  # the port of the simulated AI services
    mail: Path
    steps: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2))
    under_way: list[tuple[str, tuple[str, ...], str, Future[tuple[int, str, str]]]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)  # values of this run alone, such as a port, and their names

    def ask(
        self,
        step: str,
        line: str,
        by: str = "",
        *,
        json_body: Any = None,
        text: str | bytes | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        until: Callable[[Answer], bool] | None = None,
    ) -> Answer:
        """One request, `by` somebody who has logged in. `until`: repeated until this is so; the last one counts."""
        sent = {"Content-Type": JSON} if json_body is not None else {}
        sent |= {"Authorization": f"Bearer {self.tokens[by]}"} if by else {}
        sent |= dict(headers or {})
        body = json.dumps(json_body, ensure_ascii=False).encode() if json_body is not None else text
        method, _, path = line.partition(" ")
        target = f"{path}?{urlencode(query)}" if query else path
        raw = body.encode() if isinstance(body, str) else body
        ends = time.monotonic() + TIMEOUT
        while True:
            answer, shown = self._once(method, target, raw, sent)
            if until is None or until(answer) or time.monotonic() > ends:
                break
            time.sleep(0.02)
        request = {
            "line": f"{method} {_without_cursor(target)}",
            "by": by,
            "headers": {name: value for name, value in (headers or {}).items() if name != "Authorization"},
            "body": json_body if json_body is not None else text.decode("latin-1") if isinstance(text, bytes) else text,
        }
        if raw is not None and len(raw) > SHOWN:
            request["body"] = f"<{len(raw)} bytes>"
        self._add(step, request={name: value for name, value in request.items() if value}, **shown)
        return answer

    def _once(
        self, method: str, target: str, body: bytes | None, sent: Mapping[str, str]
    ) -> tuple[Answer, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        with closing(connection):
            connection.request(method, target, body=body, headers=dict(sent))
            got = connection.getresponse()
            raw = got.read()
        headers: dict[str, str] = {}
        for name, value in got.getheaders():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        answer = Answer(got.status, headers, _read(headers.get("content-type", ""), raw))
        sent_id = next((value for name, value in sent.items() if name.lower() == "x-request-id"), None)
        return answer, _shown(answer, sent_id)

    def raw(self, step: str, sent: bytes) -> None:
        """Bytes as they are, on a connection of their own."""
        with socket.create_connection(("127.0.0.1", self.port), TIMEOUT) as sock:
            sock.sendall(sent)
            got = http.client.HTTPResponse(sock)
            got.begin()
            raw = got.read()
        headers = {name.lower(): value for name, value in got.getheaders()}
        answer = Answer(got.status, headers, _read(headers.get("content-type", ""), raw))
        self._add(step, request={"bytes": sent.decode("latin-1")}, **_shown(answer, None))

    def outage(self, down: bool) -> None:
        """Both AI services fail from now on, or work again."""
        connection = http.client.HTTPConnection("127.0.0.1", self.services, timeout=TIMEOUT)
        with closing(connection):
            body = json.dumps({"openai": down, "anthropic": down})
            connection.request("POST", "/simulator/outage", body, {"Content-Type": JSON})
            if (status := connection.getresponse().status) != 200:
                raise RuntimeError(f"/simulator/outage: {status}")

    def stream(self, step: str, line: str, by: str, then: Callable[[], object]) -> Answer:
        """A stream of events to its end; `then` is called when the first has come."""
        sent = {"Authorization": f"Bearer {self.tokens[by]}", "Accept": "text/event-stream"}
        method, _, target = line.partition(" ")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        with closing(connection):
            connection.request(method, target, headers=sent)
            got = connection.getresponse()
            raw = b""
            while not _events(raw.decode("utf-8", "replace")) and (line_of_it := got.readline()):
                raw += line_of_it
            then()
            raw += got.read()
        headers = {name.lower(): value for name, value in got.getheaders()}
        answer = Answer(got.status, headers, _read(headers.get("content-type", ""), raw))
        request = {"line": line, "by": by, "headers": {"Accept": "text/event-stream"}}
        self._add(step, request=request, **_shown(answer, None))
        return answer

    def run(self, step: str, *arguments: str, form: str = "lines", said: str = "", **variables: str) -> list[str]:
        """A command to its end, with `said` on its standard input. Returns its lines; `form`: how they are recorded."""
        code, out, err = self.processes.to_its_end(arguments, said, {**self.processes.variables, **variables})
        self.ran(step, arguments, form, code, out, err)
        return out.splitlines()

    def beside(self, step: str, *arguments: str, form: str = "lines", said: str = "", **variables: str) -> None:
        """A command that needs nothing of what follows and changes nothing of it: it runs while the session goes on."""
        given = {**self.processes.variables, **variables}
        ended = self.threads.submit(self.processes.to_its_end, arguments, said, given)
        self.under_way.append((step, arguments, form, ended))

    def gather(self) -> None:
        """Adds the commands that ran beside, when they have ended."""
        for step, arguments, form, ended in self.under_way:
            self.ran(step, arguments, form, *ended.result())
        self.under_way.clear()

    def ended(self, step: str, arguments: tuple[str, ...], name: str, code: int) -> None:
        """Adds a process that ran beside the session, with what it printed; its log is on standard error."""
        out = (self.processes.folder / f"{name}.out").read_text("utf-8")
        self.ran(step, arguments, "lines", code, out, "")

    def ran(self, step: str, arguments: tuple[str, ...], form: str, code: int, out: str, err: str) -> None:
        """Adds a command that has ended. Of its standard error the sentences count, not lines of the log."""
        sentences = [
            line.partition(" (choose from")[0] for line in err.splitlines() if re.match(r"assay[a-z -]*: ", line)
        ]
        self._add(step, command=" ".join(("assay", *arguments)), exit=code, **FORMS[form](out), errors=sentences)

    def read_mail(self, step: str, to: str, number: int = 1) -> str:
        """The mail with this number to an address, once it is there. Returns the token of its link, if it has one."""
        ends = time.monotonic() + TIMEOUT
        while len(found := self._mails(to)) < number:
            if time.monotonic() > ends:
                raise TimeoutError(f"mail {number} to {to}")
            time.sleep(0.02)
        one = found[number - 1]
        lines = one.get_content().splitlines()
        heads = {name.lower(): one[name] for name in ("From", "To", "Subject", "Auto-Submitted", "Content-Type")}
        self._add(step, mail=heads, lines=lines)
        links = [line.partition("?token=")[2] for line in lines if "?token=" in line]
        return links[0] if links else ""

    def _mails(self, to: str) -> list[Any]:
        files = sorted(self.mail.glob("*.eml"))
        read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [one for one in read if to in one["To"].lower()]

    def _add(self, step: str, **what: Any) -> None:
        if any(one["step"] == step for one in self.steps):
            raise ValueError(f"two steps are called {step!r}")
        text = json.dumps({"step": step, **what}, ensure_ascii=False)
        for value, name in self.known.items():
            text = text.replace(value, name)
        self.steps.append(json.loads(text))


def _without_cursor(target: str) -> str:
    """A cursor is for its server alone; ones that no server gave are shorter."""
    return re.sub(r"cursor=[\w.%-]{20,}", "cursor=<cursor>", target)


def _read(kind: str, body: bytes) -> Any:
    text = body.decode("utf-8", "replace")
    if kind.startswith(JSON):
        return json.loads(text) if text else None
    if kind.startswith("text/event-stream"):
        return _events(text)
    if kind.startswith("text/html"):
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        return f"<page: {title[1].strip() if title else ''}>"
    return text or None


def _events(text: str) -> list[Any]:
    """The whole events that have data; of those between the first and the last none, since a client may miss them."""
    found = []
    for block in text.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            found.append({"event": fields.get("event"), "data": json.loads(fields["data"])})
    return [found[0], *found[-1:]] if len(found) > 1 else found


def _shown(answer: Answer, sent_id: str | None) -> dict[str, Any]:
    """Status, headers and body as they are recorded."""
    headers: dict[str, Any] = {name: value for name, value in answer.headers.items() if name not in LEFT_OUT}
    request_id, body = headers.get("x-request-id", ""), _without_what_is_opaque(answer.body, headers)
    if request_id and request_id != sent_id:
        headers["x-request-id"] = "<request id>"
    if answer.status == 429 and headers.get("retry-after", "").isdigit():
        headers["retry-after"] = "<seconds>"
    if "etag" in headers:
        headers["etag"] = "<tag>"
    _shorten_limits(headers)
    for name in SETS:
        if name in headers:
            headers[name] = sorted({part.strip() for part in headers[name].split(",")})
    for name in ("allow", "access-control-allow-methods"):
        if name in headers:
            headers[name] = ", ".join(sorted(part.strip() for part in headers[name].split(",")))
    usual = {name: value for name, value in COMMON.items() if body is not None or name != "content-type"}
    absent = {name: None for name in usual if name not in headers}
    told = {name: value for name, value in headers.items() if usual.get(name) != value}
    shown = {"status": answer.status, "headers": told | absent, "body": body}
    return {name: value for name, value in shown.items() if value is not None and value != {}}


def _without_what_is_opaque(body: Any, headers: Mapping[str, str]) -> Any:
    """With names for ids of requests, cursors and versions of prompts, and only an outline of the OpenAPI document."""
    if isinstance(body, list):
        return [_without_what_is_opaque(item, headers) for item in body]
    if not isinstance(body, dict):
        return body
    if "openapi" in body:
        return outline(body)
    shown = {name: _without_what_is_opaque(value, headers) for name, value in body.items()}
    if "correlation_id" in shown and shown["correlation_id"] == headers.get("x-request-id"):
        shown["correlation_id"] = "<request id>"
    for name, stands_for in (("next_cursor", "<cursor>"), ("prompt_version", "<version>")):
        if isinstance(shown.get(name), str):
            shown[name] = stands_for
    if re.fullmatch('"[0-9a-f]{32}"', str(shown.get("etag"))):
        shown["etag"] = "<tag>"
    if isinstance(shown.get("retry_after"), int) and "retry-after" in headers:
        shown["retry_after"] = "<seconds>"
    if "oldest_job_seconds" in shown:  # of /ready
        shown |= {"commit": "<commit>", "workers": "<workers>", "oldest_job_seconds": "<seconds>"}
    if isinstance(shown.get("key"), int):  # of an option: random
        shown["key"] = "<key>"
    return shown


def _shorten_limits(headers: dict[str, Any]) -> None:
    """Where the five headers of a rate limit agree, the policy stands for them all."""
    policy = dict(re.findall(r'"(\w+)";q=(\d+)', headers.get("ratelimit-policy", "")))
    left = LIMIT.fullmatch(headers.get("ratelimit", ""))
    agrees = left is not None and headers.get("x-ratelimit-limit") == policy.get(left[1])
    if agrees and all(headers.get(f"x-ratelimit-{name}", "").isdigit() for name in ("remaining", "reset")):
        for name in ("ratelimit", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"):
            del headers[name]


def outline(document: Mapping[str, Any]) -> Any:
    """Of the OpenAPI document: each operation with its parameters, its body's media types, and its answers' ones."""
    found = {}
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            parameters = [_resolved(document, each) for each in one.get("parameters", ())]
            answers = {status: _resolved(document, each) for status, each in one["responses"].items()}
            found[f"{method.upper()} {path}"] = {
                "parameters": {each["name"]: each["in"] for each in parameters},
                "takes": dict.fromkeys(one.get("requestBody", {}).get("content", ()), True),
                "answers": {status: dict.fromkeys(each.get("content", ()), True) for status, each in answers.items()},
            }
    return {"openapi": document["openapi"], "operations": found}


def _resolved(document: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a part of the document refers to, or the part itself."""
    found = document
    for name in part.get("$ref", "#").split("/")[1:]:
        found = found[name]
    return found if "$ref" in part else part


def _lines(out: str) -> dict[str, Any]:
    return {"lines": [re.sub(r"\b\d+ ms\b", "<n> ms", line) for line in out.splitlines()]}


def _files(out: str) -> dict[str, Any]:
    """Lines about files under sql/, which are each build's own: what is said of them, once."""
    return {"lines": list(dict.fromkeys(re.sub(r"(sql/|: ).*", r"\1…", line) for line in out.splitlines()))}


def _options(out: str) -> dict[str, Any]:
    """What a page of help names: options, and commands (words that begin a line indented by four)."""
    return {"options": sorted(set(re.findall(r"--[a-z-]+|(?<=^    )[a-z][a-z-]+", out, re.MULTILINE)))}


def _table(out: str) -> dict[str, Any]:
    """A table with its columns' names in the first line, each at least two blanks from the next."""
    lines = out.splitlines()
    starts = [found.start() for found in re.finditer(r"(?<!\S)\S", lines[0])] if len(lines) > 1 else []
    if not starts:
        return {"lines": lines}
    ends = [*starts[1:], None]
    rows = [[line[start:end].strip() for start, end in zip(starts, ends, strict=True)] for line in lines]
    return {"rows": [_without_weather(dict(zip(rows[0], row, strict=True))) for row in rows[1:]]}


def _pairs(out: str) -> dict[str, Any]:
    return {"fields": _without_weather(dict(line.split(None, 1) for line in out.splitlines()))}


def _without_weather(row: dict[str, str]) -> dict[str, str]:
    """How old a job is, and on which host it runs."""
    if "age" in row:
        row["age"] = re.sub(r"\d", "0", row["age"])
    if ":" in row.get("worker", ""):
        row["worker"] = f"<host>:{row['worker'].rpartition(':')[2]}"
    return row


FORMS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "lines": _lines,
    "files": _files,
    "options": _options,
    "table": _table,
    "pairs": _pairs,
}
