"""PUBLIC_URL: what every link in a mail begins with."""

import json
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.doctor.database import api_processes
from app.doctor.finding import Deployment, Finding, is_loopback

SECONDS = 10.0
SET_IT = "Set PUBLIC_URL to the address that people open, such as https://assay.school.example."
# Names that no public DNS has (RFC 6761, RFC 6762, RFC 9476, ICANN 2024).
INSIDE = ("local", "localhost", "test", "invalid", "internal", "alt", "lan", "home.arpa")


def links(deployment: Deployment) -> Iterator[Finding]:
    """What links begin with: somebody who gets a mail must be able to open them, and nobody else to read them."""
    settings = deployment.settings
    if settings.public_url is None:
        if not is_loopback(settings.host):
            yield Finding(
                f"PUBLIC_URL is not set while HOST is {settings.host}: links in mail begin with"
                f" {settings.link_prefix}.",
                SET_IT,
            )
        elif deployment.real:
            yield Finding(f"PUBLIC_URL is not set: links in mail begin with {settings.link_prefix}.", SET_IT)
        return
    parts = urlsplit(settings.public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        yield Finding("PUBLIC_URL is not http:// or https:// with a host and at most a path.", SET_IT)
    elif is_loopback(parts.hostname) and not is_loopback(settings.host):
        yield Finding("PUBLIC_URL names this machine itself: links in mail open nothing elsewhere.", SET_IT)
    elif parts.scheme == "http" and is_public(parts.hostname):
        yield Finding(
            f"PUBLIC_URL begins with http:// while {parts.hostname} is a public name: passwords and tokens can be read"
            " on the way.",
            "Put a proxy with TLS in front (deploy/ has configurations), and let PUBLIC_URL begin with https://.",
        )


def is_public(host: str) -> bool:
    """Whether a host is one of the whole Internet's, by its name or address."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not any(host == name or host.endswith(f".{name}") for name in INSIDE)


def answers(deployment: Deployment) -> Iterator[Finding]:
    """Whether a link leads to assay; nothing is asked while no process of the API runs."""
    import httpx2  # here, since `serve` makes the other check at its start

    prefix = deployment.settings.link_prefix
    if deployment.settings.public_url is None or not api_processes(deployment.url):
        return
    try:
        answer = httpx2.get(f"{prefix}/health", timeout=SECONDS, trust_env=False)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        yield Finding(
            f"{prefix}/health does not answer from here ({type(error).__name__}).",
            "See that its name leads to the proxy, that the proxy runs, and that its certificate is good.",
        )
        return
    if answer.status_code != httpx2.codes.OK or not _is_ours(answer.content):
        yield Finding(
            f"{prefix}/health is answered with {answer.status_code}, and not by assay: links in mail lead elsewhere.",
            "Let the proxy pass PUBLIC_URL's path on without itself: what stands behind it must arrive at assay as"
            " /health, /auth/verify and so on.",
        )


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"ok": True})
    except ValueError:
        return False
