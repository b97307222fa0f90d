"""A real nginx or Caddy, configured as in deploy/, with TLS and on free ports, in front of a service."""

import asyncio
import datetime
import ipaddress
import shutil
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = {"nginx": "nginx.conf", "caddy": "Caddyfile"}


class Proxy(NamedTuple):
    """A running proxy: a client that trusts its certificate, its ports, what it has written so far."""

    client: httpx2.AsyncClient
    port: int
    plain_port: int
    trust: ssl.SSLContext
    output: Path

    def log(self) -> str:
        return self.output.read_text("utf-8", "replace")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> ssl.SSLContext:
    """fullchain.pem and privkey.pem for 127.0.0.1 and localhost; what trusts them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))


def configured(name: str, behind: int, port: int, plain_port: int, folder: Path) -> str:
    """The file of deploy/ with the ports and the certificate of a test; waits of ten seconds are of one."""
    text = (DEPLOY / FILES[name]).read_text("utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    if name == "nginx":
        changes = {
            "listen 80;": f"listen 127.0.0.1:{plain_port};",
            "listen 443 ": f"listen 127.0.0.1:{port} ",
            "/etc/assay/tls": str(folder),
            "assay.example.org": "localhost",
            "by_address 200": "by_address 5",
            "client_header_timeout 10s": "client_header_timeout 1s",
            "/var/log/nginx/access.log": str(folder / "access.log"),
        }
    else:
        changes = {
            "\tadmin off\n": f"\tadmin off\n\thttp_port {plain_port}\n\thttps_port {port}\n\tskip_install_trust\n",
            "{$ASSAY_SITE:assay.example.org} {\n": "https://localhost, https://127.0.0.1 {\n"
            f"\tbind 127.0.0.1\n\ttls {folder}/fullchain.pem {folder}/privkey.pem\n",
            "output stdout": f"output file {folder / 'access.log'}",
            "read_header 10s": "read_header 1s",
        }
    for old, new in changes.items():
        assert old in text, f"{FILES[name]} has no {old!r}"
        text = text.replace(old, new)
    return text


@asynccontextmanager
async def proxy(name: str, behind: int, folder: Path) -> AsyncIterator[Proxy]:
    """The proxy before the service on port `behind`; skips the test where the program is not installed."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed (Debian: apt install {name})")
    trust = certificate(folder)
    port, plain_port = free_port(), free_port()
    file, output = folder / FILES[name], folder / "output.log"
    file.write_text(configured(name, behind, port, plain_port, folder))
    command = {
        "nginx": ["-p", str(folder), "-c", str(file), "-g", f"daemon off; pid {folder}/pid;"],
        "caddy": ["run", "--adapter", "caddyfile", "--config", str(file)],
    }[name]
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder)}
    # Of a service of systemd standard output is a socket, which can be written to and not opened.
    journal, stdout = socket.socketpair()
    with journal, stdout, output.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            shutil.which(name) or name, *command, stdout=stdout.fileno(), stderr=log, cwd=folder, env=environment
        )
    try:
        base = f"https://localhost:{port}"
        async with httpx2.AsyncClient(base_url=base, verify=trust, trust_env=False, timeout=300) as client:
            async with asyncio.timeout(300):
                while process.returncode is None:
                    try:
                        await client.get("/nothing")
                        break
                    except httpx2.TransportError:
                        await asyncio.sleep(0.05)
            assert process.returncode is None, output.read_text()
            yield Proxy(client, port, plain_port, trust, folder / "access.log")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
