"""PUBLIC_URL and APP_URL: what every link in a mail begins with."""

import json
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.doctor.database import api_processes
from app.doctor.finding import Deployment, Finding
from app.loopback import is_loopback

SECONDS = 10.0
LONGEST = 1000  # bytes of an answer that are read; ours has eleven
SET_IT = "Set PUBLIC_URL to the address that people open, such as https://assay.school.example."
# Names that no public DNS has (RFC 6761, RFC 6762, RFC 9476, ICANN 2024).
INSIDE = ("local", "localhost", "test", "invalid", "internal", "alt", "lan", "home.arpa")


def links(deployment: Deployment) -> Iterator[Finding]:
    """What links begin with: somebody who gets a mail must be able to open them, and nobody else to read them."""
    settings = deployment.settings
    name = "APP_URL" if settings.app_url else "PUBLIC_URL"
    address = settings.app_url or settings.public_url
    host = urlsplit(address or "").hostname or ""
    if address is None:
        if not is_loopback(settings.host):
            yield Finding(
                f"PUBLIC_URL is not set while HOST is {settings.host}: links in mail begin with"
                f" {settings.link_prefix}.",
                SET_IT,
            )
        elif deployment.real:
            yield Finding(f"PUBLIC_URL is not set: links in mail begin with {settings.link_prefix}.", SET_IT)
    elif is_loopback(host) and not is_loopback(settings.host):
        yield Finding(f"{name} names this machine itself: links in mail open nothing elsewhere.", SET_IT)
    elif address.startswith("http:") and is_public(host):
        yield Finding(
            f"{name} begins with http:// while {host} is a public name: passwords and tokens can be read on the way.",
            f"Put a proxy with TLS in front (deploy/ has configurations), and let {name} begin with https://.",
        )


def is_public(host: str) -> bool:
    """Whether a host is one of the whole Internet's, by its name or address."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not any(host == name or host.endswith(f".{name}") for name in INSIDE)


def answers(deployment: Deployment) -> Iterator[Finding]:
    """Whether PUBLIC_URL leads to assay; nothing is asked while no process of the API runs."""
    import httpx2  # here, since `serve` makes the other check at its start

    if deployment.settings.public_url is None or not api_processes(deployment.direct):
        return
    prefix = deployment.settings.public_url.rstrip("/")
    try:
        with (
            httpx2.Client(timeout=SECONDS, trust_env=False, verify=ssl.create_default_context()) as client,
            client.stream("GET", f"{prefix}/health", headers={"Accept-Encoding": "identity"}) as answer,
        ):
            body = next(answer.iter_raw(LONGEST), b"")  # whoever it is that answers
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        said = f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")
        yield Finding(f"{prefix}/health does not answer from here ({said}).", _remedy(said))
        return
    if answer.has_redirect_location:
        yield Finding(
            f"{prefix}/health is answered with {answer.status_code}, and leads to {answer.headers['location']}.",
            "Let PUBLIC_URL begin as that does.",
        )
    elif answer.status_code != httpx2.codes.OK or not _is_ours(body):
        yield Finding(
            f"{prefix}/health is answered with {answer.status_code}, and not by assay: links in mail lead elsewhere.",
            "Let the proxy pass PUBLIC_URL's path on without itself: what stands behind it must arrive at assay as"
            " /health, /auth/verify and so on.",
        )


def _remedy(said: str) -> str:
    if "CERTIFICATE" in said:
        return (
            "Let its certificate name this host and come with what stands between it and its root (fullchain.pem), and"
            " let this machine trust who signed it (update-ca-certificates, or SSL_CERT_FILE)."
        )
    return "See that its name leads to the proxy, and that the proxy runs."


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"ok": True})
    except ValueError:
        return False
