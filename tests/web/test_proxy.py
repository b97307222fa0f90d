"""The reverse proxies of deploy/, with a real nginx and Caddy where they are installed (Debian: nginx, caddy)."""

import asyncio
import json
import re
import socket
import ssl
from pathlib import Path

import httpx2
import pytest
from starlette.responses import JSONResponse, Response

from app.web.handlers.jobs import begin_job, read_job
from app.web.handlers.meta import metrics
from app.web.negotiation import LONGEST_WAIT
from app.web.request import Request
from app.web.route import EVENTS, JSON, PLAIN
from tests.web.conftest import TEXT_BODY, Serve, Toy, toy_route, until
from tests.web.proxy import DEPLOY, FILES, Proxy, proxy
from tests.web.toy_jobs import JOB, change


async def echo(request: Request) -> Response:
    """What reached the service of a request."""
    names = ("x-request-id", "traceparent", "x-forwarded-for", "x-forwarded-proto", "host")
    return JSONResponse({name: request.headers.get(name) for name in names} | {"scheme": request.url.scheme})


ROUTES = (
    toy_route("GET", "/same", "same"),
    toy_route("GET", "/auth/verify", handler=echo, limited=False, produces=(JSON,)),
    toy_route("GET", "/metrics", handler=metrics, limited=False, produces=(PLAIN,)),
    toy_route("POST", "/student/jobs", "submit", begin_job, scope="ai", consumes=(PLAIN, JSON), **TEXT_BODY, **JOB),
    toy_route("GET", "/student/jobs/{job_id}", "look", read_job, produces=(JSON, EVENTS), wait_seconds=0.0),
)
QUERIES = {"student/same": "select '\"same\"'::json"}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
HERE = "127.0.0.1"
both = pytest.mark.parametrize("name", ["nginx", "caddy"])


def port_of(toy: Toy) -> int:
    return int(toy.client.base_url.port or 0)


@both
async def test_a_proxy_passes_on_who_asks_and_believes_no_client(serve: Serve, tmp_path: Path, name: str) -> None:
    async with serve(ROUTES, QUERIES) as toy, proxy(name, port_of(toy), tmp_path) as front:
        left = []
        for said in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
            answer = await front.client.get("/same", headers={"X-Forwarded-For": said})
            assert answer.status_code == 200
            left.append(int(answer.headers["x-ratelimit-remaining"]))
        assert left[0] - left[2] == 2  # one client, whatever it says about itself
        seen = (await front.client.get("/auth/verify", headers={"X-Forwarded-Proto": "http"})).json()
        assert (seen["x-forwarded-for"], seen["x-forwarded-proto"], seen["scheme"]) == (HERE, "https", "https")
        assert (await front.client.get("/metrics")).status_code == 404


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@both
async def test_a_proxy_speaks_tls_and_sends_plain_http_there(serve: Serve, tmp_path: Path, name: str) -> None:
    async with serve(ROUTES, QUERIES) as toy, proxy(name, port_of(toy), tmp_path) as front:
        assert "max-age" in (await front.client.get("/same")).headers["strict-transport-security"]
        async with httpx2.AsyncClient(trust_env=False) as plain:
            answer = await plain.get(f"http://localhost:{front.plain_port}/same?x=1")
        assert answer.status_code in (301, 308)
        assert answer.headers["location"].startswith("https://localhost")
        assert answer.headers["location"].endswith("/same?x=1")
        assert await asyncio.to_thread(agreed, front, ssl.TLSVersion.TLSv1_3) == ("TLSv1.3", "h2")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.to_thread(agreed, front, ssl.TLSVersion.TLSv1_1)


def agreed(front: Proxy, most: ssl.TLSVersion) -> tuple[str | None, str | None]:
    """The version of TLS and the protocol that a client up to `most` and the proxy agree on."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, most
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection((HERE, front.port)) as raw, context.wrap_socket(raw) as secured:
        return secured.version(), secured.selected_alpn_protocol()


@both
async def test_client_proxy_and_assay_know_a_request_by_one_id(serve: Serve, tmp_path: Path, name: str) -> None:
    async with serve(ROUTES, QUERIES) as toy, proxy(name, port_of(toy), tmp_path) as front:
        for said, kept in (("a-client-s-own-id", True), ("bad id", False), (None, False)):
            headers = {"traceparent": TRACE} | ({"X-Request-ID": said} if said else {})
            answer = await front.client.get("/auth/verify?token=find-me-in-no-log", headers=headers)
            known = answer.headers["x-request-id"]
            assert (known == said) == kept
            assert answer.json()["x-request-id"] == known
            assert answer.json()["traceparent"] == TRACE
            await until(lambda known=known: known in front.log())  # type: ignore[misc]
        lines = [json.loads(line) for line in front.log().splitlines()]
        assert lines[-1].get("status") == 200
        assert "/auth/verify" in front.log()
        assert "find-me-in-no-log" not in front.log() + (tmp_path / "output.log").read_text()


@both
async def test_a_long_poll_is_answered_when_its_job_ends(serve: Serve, tmp_path: Path, name: str) -> None:
    async with serve(ROUTES, QUERIES) as toy, proxy(name, port_of(toy), tmp_path) as front:
        await until(lambda: toy.state.job_updates.connected)
        headers = {"Content-Type": "text/plain", "Prefer": f"wait={LONGEST_WAIT}"}
        task = asyncio.create_task(front.client.post("/student/jobs", content="Once upon a time", headers=headers))
        await until(lambda: bool(toy.state.job_updates._waiting))
        assert not task.done()
        await asyncio.to_thread(change, toy.url, "succeeded")
        assert (await task).json() == {"submission": "Once upon a time"}
    seconds = re.search(r"(?:proxy_read_timeout|response_header_timeout) (\d+)s", (DEPLOY / FILES[name]).read_text())
    assert seconds
    assert int(seconds[1]) > LONGEST_WAIT


@both
async def test_events_arrive_as_they_happen(serve: Serve, tmp_path: Path, name: str) -> None:
    async with serve(ROUTES, QUERIES) as toy, proxy(name, port_of(toy), tmp_path) as front:
        await until(lambda: toy.state.job_updates.connected)
        begun = {"Content-Type": "text/plain", "Prefer": "respond-async"}
        where = (await front.client.post("/student/jobs", content="Once", headers=begun)).headers["location"]
        seen = []
        async with front.client.stream("GET", where, headers={"Accept": EVENTS}) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    seen.append(json.loads(line[5:])["status"])
                    if seen == ["queued"]:  # it is here while the job still waits
                        await asyncio.to_thread(change, toy.url, "succeeded")
        assert seen == ["queued", "succeeded"]


@both
async def test_what_is_too_large_or_too_slow_ends_at_the_proxy(serve: Serve, tmp_path: Path, name: str) -> None:
    async with serve(ROUTES, QUERIES) as toy, proxy(name, port_of(toy), tmp_path) as front:
        large = await front.client.post(
            "/student/jobs", content=b"a" * 2_200_000, headers={"Content-Type": "text/plain"}
        )
        assert large.status_code == 413
        assert large.json()["error"]["code"] == "body_too_large"
        assert large.json()["error"]["correlation_id"] == large.headers["x-request-id"]
        assert (await front.client.get("/same", headers={"X-Long": "a" * 100_000})).status_code >= 400
        reader, writer = await asyncio.open_connection(HERE, front.port, ssl=front.trust, server_hostname="localhost")
        writer.write(b"GET /same HTTP/1.1\r\nHost: localhost\r\n")  # and nothing after it
        assert b"200" not in await asyncio.wait_for(reader.read(), 300)
        writer.close()


@both
async def test_while_assay_is_away_clients_get_503_in_the_shape_of_its_errors(tmp_path: Path, name: str) -> None:
    with socket.create_server((HERE, 0)) as taken:
        nobody = taken.getsockname()[1]
    async with proxy(name, nobody, tmp_path) as front:
        answer = await front.client.get("/same")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    error = answer.json()["error"]
    assert (error["code"], error["details"], error["correlation_id"]) == (
        "overloaded",
        {},
        answer.headers["x-request-id"],
    )


async def test_nginx_refuses_an_address_that_opens_too_many_connections(serve: Serve, tmp_path: Path) -> None:
    slow = {"student/same": "select '\"same\"'::json from pg_sleep(1)"}
    async with serve(ROUTES, slow) as toy, proxy("nginx", port_of(toy), tmp_path) as front:
        answers = await asyncio.gather(*(front.client.get("/same") for _ in range(12)))
        assert {answer.status_code for answer in answers} == {200, 503}
