"""The simulator's one server: routes, the order of checks, counters, outages."""

import json
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

from app.dev.simulator import anthropic_api, openai_api
from app.dev.simulator.answers import spoken
from app.dev.simulator.directives import ANSWERS, Directive, in_force, in_key, in_texts, parse
from app.dev.simulator.failures import JSON, NAMED, SERVICES, Failure, failed, invalid, request_headers
from app.dev.simulator.faults import broken
from app.dev.simulator.http_server import Request, Response
from app.dev.simulator.models import MODELS
from app.dev.simulator.received_calls import ReceivedCall, ReceivedCalls, fingerprint

APIS: dict[str, ModuleType] = {"openai": openai_api, "anthropic": anthropic_api}
ASKING = {"/v1/chat/completions": "openai", "/v1/messages": "anthropic"}
DOWN = {"openai": "fail=503", "anthropic": "fail=529"}  # what `true` means in POST /simulator/outage
HELP = (
    b"A simulator of the OpenAI and Anthropic APIs; no model runs here.\n"
    b"POST /v1/chat/completions   POST /v1/messages   GET /v1/models\n"
    b"GET or DELETE /simulator/calls   GET or POST /simulator/outage\n"
)

Observer = Callable[[str, str, dict[str, Any]], None]


class Simulator:
    """Answers requests; holds the calls it saw and which services are down."""

    def __init__(self, observe: Observer | None = None) -> None:
        """`observe(service, key, body)` is called with each well-formed question, for tests in the same process."""
        self.calls = ReceivedCalls()
        self.outages: dict[str, str] = {}
        self._observe = observe

    def outage(self, service: str, how: bool | int | str) -> None:
        """Takes a service down (`True`: overloaded; a status; or any directive, such as "close") or up (`False`).

        Raises ValueError when the service or the directive is unknown.
        """
        if service not in SERVICES:
            raise ValueError(f"unknown service {service!r}")
        if how is False:
            self.outages.pop(service, None)
            return
        text = DOWN[service] if how is True else f"fail={how}" if isinstance(how, int) else how
        parse(text, f"outage {service}")
        self.outages[service] = text

    def handle(self, request: Request) -> Response:
        """The response to one request, of either service or of the control paths."""
        if request.path.startswith("/simulator"):
            return self._control(request)
        if request.path in ("/", "/v1", "/v1/"):
            return Response(200, HELP, [("content-type", "text/plain; charset=utf-8")])
        asked = ASKING.get(request.path)
        if asked is None:
            return self._models(request)
        if request.method != "POST":
            return _refusal(asked, Failure(405, "invalid_request_error", f"Not allowed to {request.method} here."))
        return self._ask(asked, request)

    def _ask(self, service: str, request: Request) -> Response:
        """One question: key, then outage, then the request itself, then the directives, then the model's response."""
        api, key = APIS[service], key_of(service, request)
        body = _parsed(request.body)
        model = str(body.get("model", "")) if body is not None else ""
        refusal: Failure | None = api.key_refused(key)
        words: dict[str, str] = {}
        kind, response = "other", None
        if service in self.outages:
            words = dict(parse(self.outages[service], f"outage {service}").words)
        elif refusal is None:
            refusal = _body_refused(service, request, body) or api.refused(
                body, request.headers.get("anthropic-version", "")
            )
        if refusal is None and not words:
            assert body is not None
            assert key is not None
            prompt = api.prompt_of(body)
            kind = prompt.kind
            if self._observe is not None:
                self._observe(service, key, body)
            words, refusal = self._words(_directives(key, prompt.system, prompt.user), (service, kind, model))
            if "message" in words:  # a provider that quotes what it was sent
                quoted = {"{key}": key, "{key-end}": key[-4:], "{prompt}": prompt.user}
                words["message"] = re.sub(r"\{[a-z-]+\}", lambda one: quoted.get(one[0], one[0]), words["message"])
            if refusal is None:
                said = api.answered(body, prompt, spoken(prompt, words), words)
                response = Response(
                    200, json.dumps(said, ensure_ascii=False).encode(), [*request_headers(service), JSON]
                )
        if response is None:
            response = failed(service, refusal or NAMED["overloaded"][service], model)
        return self._counted((service, kind, model), request, key, response, words)

    def _words(
        self, found: list[Directive] | ValueError, where: tuple[str, str, str]
    ) -> tuple[dict[str, str], Failure | None]:
        if isinstance(found, ValueError):
            return {}, invalid(str(found), code="simulator_directive")
        return in_force(found, where, self.calls.seen), None

    def _models(self, request: Request) -> Response:
        """`/v1/models` and `/v1/models/{id}` of the service whose headers were sent; 404 for everything else."""
        service = "anthropic" if "anthropic-version" in request.headers else "openai"
        _, listed, name = request.path.partition("/v1/models")
        api, key = APIS[service], key_of(service, request)
        if not listed or request.method != "GET" or (name and not name.startswith("/")):
            message = f"Invalid URL ({request.method} {request.path})" if service == "openai" else "Not Found"
            kind = "invalid_request_error" if service == "openai" else "not_found_error"
            return _refusal(service, Failure(404, kind, message))
        found = MODELS.get((service, name[1:]))
        refusal: Failure | None = api.key_refused(key)
        if refusal is None and name and (found is None or found.retired):
            refusal = NAMED["model-gone"][service]
        words: dict[str, str] = {}
        if service in self.outages:
            words = dict(parse(self.outages[service], f"outage {service}").words)
        elif refusal is None:
            words, refusal = self._words(_directives(key or ""), (service, "models", name[1:]))
        if refusal is not None:
            response = failed(service, refusal, name[1:])
        else:
            shown = api.model_listed(found) if found else api.models_listed(dict(parse_qsl(request.query)))
            response = Response(200, json.dumps(shown).encode(), [*request_headers(service), JSON])
        return self._counted((service, "models", name[1:]), request, key, response, words)

    def _counted(
        self, where: tuple[str, str, str], request: Request, key: str | None, response: Response, words: dict[str, str]
    ) -> Response:
        service, kind, model = where
        response, fault = broken(service, response, words, model)
        said = next((word for word in ANSWERS if word in words), "answered")
        header = "x-request-id" if service == "openai" else "request-id"
        request_id = next((value for name, value in response.headers if name == header), "")
        retry = request.headers.get("x-stainless-retry-count", "")
        path = "/v1/models" if kind == "models" else request.path
        call = ReceivedCall(
            self.calls.total + 1,
            service,
            kind,
            path,
            model,
            fingerprint(key or ""),
            fault or said,
            request_id,
            retry,
            request.headers.get("traceparent", ""),
        )
        response.finished = self.calls.record(call)
        return response

    def _control(self, request: Request) -> Response:
        """The simulator's own paths, for tests and for developers."""
        match request.method, request.path:
            case "GET", "/simulator/calls":
                return _shown(200, self.calls.summary())
            case "DELETE", "/simulator/calls":
                self.calls.reset()
                return Response(204)
            case "GET", "/simulator/outage":
                return _shown(200, {service: self.outages.get(service, False) for service in SERVICES})
            case "POST", "/simulator/outage":
                try:
                    for service, how in (_parsed(request.body) or {}).items():
                        self.outage(service, how)
                except (ValueError, TypeError) as problem:
                    return _shown(400, {"error": str(problem)})
                return _shown(200, {service: self.outages.get(service, False) for service in SERVICES})
        return _shown(404, {"error": "GET or DELETE /simulator/calls, GET or POST /simulator/outage"})


def key_of(service: str, request: Request) -> str | None:
    """The API key of a request; Anthropic also takes `x-api-key`, which wins when both are sent."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else None
    return request.headers.get("x-api-key", bearer) if service == "anthropic" else bearer


def _directives(key: str, *texts: str) -> list[Directive] | ValueError:
    try:
        return [*in_key(key), *in_texts(texts)]
    except ValueError as problem:
        return problem


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _body_refused(service: str, request: Request, body: dict[str, Any] | None) -> Failure | None:
    if request.too_large:
        kind = "request_too_large" if service == "anthropic" else "invalid_request_error"
        return Failure(413, kind, "Request exceeds the maximum size")
    if body is None:
        return invalid("We could not parse the JSON body of your request.")
    return None


def _refusal(service: str, what: Failure) -> Response:
    return failed(service, what)


def _shown(status: int, what: dict[str, Any]) -> Response:
    return Response(status, json.dumps(what, indent=1).encode() + b"\n", [JSON])
