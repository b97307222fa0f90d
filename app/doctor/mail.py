"""The mail server, asked as a mail would ask it; nothing is sent."""

import asyncio
from collections.abc import Iterator

import aiosmtplib

from app.doctor.finding import Deployment, Finding
from app.loopback import is_loopback
from app.mail.transport import FAILURES, sentence_of
from app.settings import Settings
from app.smtp_url import SmtpServer

SECONDS = 10.0  # for one answer of the mail server


def destination(deployment: Deployment) -> Iterator[Finding]:
    """Where mail goes, and from whom."""
    settings = deployment.settings
    if settings.smtp_url is None:
        if deployment.real:
            yield Finding(
                f"SMTP_URL is not set: mail is written to files in {settings.assay_data_dir / 'mail'}, and reaches"
                " nobody.",
                "Set SMTP_URL to your mail server, such as smtp://user:password@mail.school.example?starttls=1.",
            )
    elif not is_loopback(settings.smtp_url.host) and settings.mail_from == Settings.model_fields["mail_from"].default:
        yield Finding(
            f"MAIL_FROM is not set: mail comes from {settings.mail_from}, which mail servers refuse or take for spam.",
            "Set MAIL_FROM to an address of yours, such as Assay <assay@school.example>.",
        )


def server(deployment: Deployment) -> Iterator[Finding]:
    """Whether the mail server says hello, takes the login, and a mail from MAIL_FROM."""
    if deployment.settings.smtp_url is not None:
        yield from asyncio.run(_greet(deployment.settings.smtp_url, deployment.settings.mail_from.address))


async def _greet(server: SmtpServer, sender: str) -> list[Finding]:
    """As far as a mail goes before its recipient is named."""
    where = f"The mail server {server.host}:{server.port}"
    client = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, use_tls=server.tls, start_tls=server.starttls, timeout=SECONDS
    )
    try:
        try:
            await client.connect()
        except FAILURES as failure:
            return [Finding(f"{where} cannot be spoken to: {sentence_of(failure)}", _remedy(failure, server))]
        if server.username and client.get_transport_info("sslcontext") is None and not is_loopback(server.host):
            return [
                Finding(
                    f"{where} offers no TLS: the password of SMTP_URL would be sent in the clear.",
                    "Let SMTP_URL begin with smtps://, or end in ?starttls=1 with the port that has it, often 587.",
                )
            ]
        try:
            if server.username:
                await client.login(server.username, server.password or "")
        except FAILURES as failure:
            remedy = "Put user and password of SMTP_URL right (special characters percent-encoded)."
            return [Finding(f"{where} refuses the login: {sentence_of(failure)}", remedy)]
        try:
            await client.mail(sender)
            await client.rset()
        except FAILURES as failure:
            remedy = "Set MAIL_FROM to an address that this login may send from."
            return [Finding(f"{where} takes no mail from {sender}: {sentence_of(failure)}", remedy)]
    finally:
        client.close()
    return []


def _remedy(failure: Exception, server: SmtpServer) -> str:
    if "CERTIFICATE" in str(failure).upper():
        return "Let SMTP_URL name the host that its certificate names, and let this machine trust who signed it."
    if server.tls:
        return "Put host and port of SMTP_URL right; smtps:// speaks TLS from the first byte, often on port 465."
    return "Put host and port of SMTP_URL right, start the server, or let a firewall pass this through."
