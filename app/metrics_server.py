"""GET /metrics of a process that has no other address: `assay worker` with METRICS_PORT."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST

from app.metrics import exposition, refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SILENCE_SECONDS = 10  # a client that says nothing for so long is let go


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = SILENCE_SECONDS

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a scrape is no event."""


@contextmanager
def serving_metrics(host: str, port: int, token: str | None) -> Iterator[int]:
    """Answers on a thread of its own, so that a busy event loop is seen and not waited for; the port.

    Raises OSError when the address is taken.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        head = environ["REQUEST_METHOD"] == "HEAD"
        if environ["PATH_INFO"] != "/metrics":
            return _plain(start_response, "404 Not Found", b"There is nothing at this address.\n", head=head)
        if not head and environ["REQUEST_METHOD"] != "GET":
            return _plain(start_response, "405 Method Not Allowed", b"GET or HEAD\n", more=[("Allow", "GET, HEAD")])
        why = refused(environ["REMOTE_ADDR"], environ.get("HTTP_AUTHORIZATION", ""), token)
        if why:
            asked = [("WWW-Authenticate", "Bearer")]
            return _plain(start_response, "401 Unauthorized", f"{why}\n".encode(), more=asked, head=head)
        return _plain(start_response, "200 OK", exposition(), CONTENT_TYPE_LATEST, head=head)

    kind = _Server6 if ":" in host else _Server
    with make_server(host, port, answer, server_class=kind, handler_class=_Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _plain(
    start_response: "StartResponse",
    status: str,
    body: bytes,
    kind: str = "text/plain",
    *,
    more: Iterable[tuple[str, str]] = (),
    head: bool = False,
) -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body))), *more])
    return [] if head else [body]
