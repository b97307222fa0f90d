"""One base client and connection pool per AI provider and process; a teacher's key lives in a copy, for one call."""

import logging
import ssl
import warnings
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import anthropic
import httpx2
import openai

from app.ai.response_body import ENCODINGS, limit_body
from app.ai.simulated import SimulatedProviders
from app.loopback import is_loopback
from app.security.keyring import API_KEY
from app.settings import Settings
from app.traceparent import traceparent

OPENAI_URL = "https://api.openai.com/v1"
ANTHROPIC_URL = "https://api.anthropic.com"
QUIET = ("openai", "anthropic", "httpx2", "httpcore2", "aiohttp")
_DUMMY_KEY = "assay-has-no-key-of-its-own"  # the base clients are never called with it: see `_guard`
_SPARE_CONNECTIONS = 16
_CONNECT_SECONDS = 10.0
_POOL_SECONDS = 300.0
_KEEPALIVE_SECONDS = 15.0

log = logging.getLogger(__name__)
_key_of_this_call: ContextVar[str] = ContextVar("key_of_this_call")


class ForeignCredential(Exception):
    """A request was about to carry something else than the key of its own call; it was not sent."""


class KeyUnusable(Exception):
    """A stored key is empty or cannot be sent; no request was made."""


def quieten() -> None:
    """Pins the loggers of SDKs and HTTP clients: below WARNING they print essays, prompts and headers."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The anthropic SDK warns of a retired model at each call; assay's own ERROR line says it with the remedy.
    warnings.filterwarnings("ignore", message=r"The model '.*' is deprecated", category=DeprecationWarning)


class Clients:
    """The two base clients. Made once per process, used through `openai_for` and `anthropic_for`."""

    def __init__(self, settings: Settings, simulated: SimulatedProviders | None = None) -> None:
        quieten()
        self._simulated = simulated
        self._openai_url = settings.openai_base_url or OPENAI_URL
        self._anthropic_url = settings.anthropic_base_url or ANTHROPIC_URL
        seconds = settings.ai_timeout_seconds
        timeout = httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS), pool=_POOL_SECONDS)
        connections = settings.worker_concurrency + _SPARE_CONNECTIONS
        self.openai = openai.AsyncOpenAI(
            api_key=_DUMMY_KEY,
            base_url=self._openai_url,
            max_retries=0,
            timeout=timeout,
            http_client=_pool(openai.DefaultAioHttpClient, self._openai_url, connections, timeout),
        )
        self.anthropic = anthropic.AsyncAnthropic(
            api_key=_DUMMY_KEY,
            base_url=self._anthropic_url,
            max_retries=0,
            timeout=timeout,
            open_telemetry=False,
            http_client=_pool(anthropic.DefaultAioHttpClient, self._anthropic_url, connections, timeout),
        )

    def openai_for(self, key: str) -> openai.AsyncOpenAI:
        """The OpenAI client with one teacher's key, for the calls of this task. Raises KeyUnusable."""
        return self.openai.copy(api_key=_own(key), base_url=self._url("openai", key, self._openai_url))

    def anthropic_for(self, key: str) -> anthropic.AsyncAnthropic:
        """The Anthropic client with one teacher's key, for the calls of this task. Raises KeyUnusable."""
        return self.anthropic.copy(api_key=_own(key), base_url=self._url("anthropic", key, self._anthropic_url))

    def _url(self, provider: str, key: str, usual: str) -> str:
        return (self._simulated and self._simulated.url_for(provider, key)) or usual

    async def aclose(self) -> None:
        """Closes both pools."""
        await self.openai.close()
        await self.anthropic.close()


def _own(key: str) -> str:
    """`key`, noted for `_guard`. An empty one would silently fall back to another key (both SDKs), so it is refused."""
    if not API_KEY.fullmatch(key):
        raise KeyUnusable
    _key_of_this_call.set(key)
    return key


async def _guard(request: httpx2.Request) -> None:
    """Last look at each request: it carries the key of its own call, and nobody's organisation or project; and the
    trace of the request or job that it is made for."""
    wanted = f"Bearer {_key_of_this_call.get('')}"
    foreign = [name for name in ("x-api-key", "openai-organization", "openai-project") if name in request.headers]
    if foreign or request.headers.get_list("authorization") != [wanted]:
        log.error("A request to an AI provider was stopped: it carried a credential that is not its teacher's.")
        raise ForeignCredential
    if trace := traceparent.get():
        request.headers["traceparent"] = trace


def _pool(kind: Any, base_url: str, connections: int, timeout: httpx2.Timeout) -> httpx2.AsyncClient:
    """A connection pool larger than the calls in flight, that follows no redirect and keeps no cookie."""
    limits = httpx2.Limits(
        max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=_KEEPALIVE_SECONDS
    )
    url = urlsplit(base_url)
    simulated = url.scheme == "http" and is_loopback(url.hostname or "")
    client: httpx2.AsyncClient = kind(
        limits=limits,
        timeout=timeout,
        follow_redirects=False,  # a redirect would post the essay to another origin
        trust_env=not simulated,  # proxies and CA files
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if simulated else True,  # loading the CAs takes 20 ms
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"Accept-Encoding": ENCODINGS},
        event_hooks={"request": [_guard], "response": [limit_body]},
    )
    for transport in (client._transport, *client._mounts.values()):
        _without_cookies(transport, limits)
    return client


def _without_cookies(transport: Any, limits: httpx2.Limits) -> None:
    """The aiohttp session under a pool would carry cookies from one teacher's answer to another's request."""

    def session() -> aiohttp.ClientSession:
        opened = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=limits.max_connections or 0, keepalive_timeout=limits.keepalive_expiry, ssl=transport.ssl_context
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        transport.client = opened  # the transport asks once, and closes it with itself
        return opened

    if transport is not None:
        transport.client = session
