"""Sends the mail that waits in assay.outgoing_mail, in every process of `assay serve` and `assay worker`.

A mail is claimed by one process at a time. When that process dies between giving it to the mail server and saying so
here, another one sends it once more after LEASE_SECONDS: at most one duplicate, with the same Message-ID.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from app.db.database import Database, Unavailable
from app.db.listener import Listener
from app.db.queries import Query, shipped_queries
from app.db.sentences import said
from app.mail.message import Unwritable, compose, link_of
from app.mail.transport import FAILURES, deliver, is_permanent, sentence_of, without_secrets
from app.metrics import LISTENER_CONNECTED, MAIL_ATTEMPTS
from app.security.keyring import KeyUnreadable, Ring
from app.settings import Settings

AT_ONCE = 10  # mails that one process sends at a time
LEASE_SECONDS = 120.0  # longer than an attempt takes; then another process may try
POLL_SECONDS = 5.0  # for mail that is to be tried again, and should a notification be lost
PAUSE_SECONDS = 1.0  # before a database that is away is asked again
PRUNE_SECONDS = 60.0
PRUNED_AT_ONCE = 250
DRAIN_SECONDS = 10.0  # for mail that is being sent when the process is told to stop

log = logging.getLogger(__name__)


class MailBrokeDown(Exception):
    """A fault of assay ended the sending of mail; the log says which."""


class MailSender:
    """`run` sends until it is cancelled; `drain` then waits for what is on its way."""

    def __init__(self, database: Database, queries: Mapping[str, Query], settings: Settings, ring: Ring) -> None:
        self.database, self.queries, self.settings, self.ring = database, queries, settings, ring
        self.wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._away = False  # the database did not answer last time

    async def run(self) -> None:
        """Claims mail as often as it is woken, and every few seconds."""
        while True:
            self.wake.clear()
            free = AT_ONCE - len(self._sending)
            rows = await self._rows("claim_mail", most=free, lease_seconds=LEASE_SECONDS) if free else []
            for row in rows or ():
                task = asyncio.create_task(self._send(row))
                self._sending.add(task)
                task.add_done_callback(self._sent)
            if rows is None or len(rows) < free or not free:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PAUSE_SECONDS if rows is None else POLL_SECONDS):
                        await self.wake.wait()

    async def prune(self) -> None:
        """Every minute: registrations that nobody can open any more go, and old mail."""
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.0) * PRUNE_SECONDS)  # noqa: S311
            await self._rows("prune_mail", keep_days=self.settings.jobs_kept_days, most=PRUNED_AT_ONCE)

    async def drain(self) -> None:
        """Waits for mail on its way, at most DRAIN_SECONDS. What is cut off is due again when its lease is over."""
        if self._sending:
            _, left = await asyncio.wait(self._sending, timeout=DRAIN_SECONDS)
            for task in left:
                task.cancel()
            if left:
                log.warning("mail: %d were being sent at the end; they are tried again", len(left))

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self.wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("mail: an attempt ended with %s", type(error).__name__)  # its text may hold a link

    async def _send(self, mail: Mapping[str, Any]) -> None:
        """One attempt, and what came of it."""
        try:
            prefix, token = self.ring.open_link(mail["link_digest"], mail["sealed_link"])
            link = link_of(prefix, mail["kind"], token)
            content = compose(mail["id"], self.settings.mail_from, mail["kind"], mail["recipient"], link)
            await deliver(self.settings, mail["recipient"], content)
        except KeyUnreadable:
            await self._failed(mail, "Its link cannot be read with any of ASSAY_SECRET_KEYS.", "KeyUnreadable")
        except Unwritable as failure:
            await self._failed(mail, str(failure), "Unwritable", permanent=True)
        except FAILURES as failure:
            sentence = sentence_of(failure).replace(token, "…")
            server = self.settings.smtp_url
            hidden = (
                token,
                mail["recipient"],
                mail["recipient"].partition("@")[0],
                *(server.secrets if server else ()),
            )
            shown = without_secrets(sentence, *hidden)
            await self._failed(mail, sentence, shown, permanent=is_permanent(failure))
        else:
            MAIL_ATTEMPTS.labels(mail["kind"], "sent").inc()
            await self._record("finish_mail", mail_id=mail["id"])

    async def _failed(self, mail: Mapping[str, Any], error: str, shown: str, *, permanent: bool = False) -> None:
        """`error`, which may hold the address, is for the database alone; `shown` is for the log."""
        values = {"mail_id": mail["id"], "attempt": mail["attempt"], "error": error, "permanent": permanent}
        rows = await self._record("fail_mail", **values)
        ended = bool(rows and rows[0]["ended"])
        MAIL_ATTEMPTS.labels(mail["kind"], "given_up" if ended else "refused").inc()
        if ended:
            log.error("mail %s (%s) has failed (%s): see assay mail list", mail["id"], mail["kind"], shown)
        else:
            log.warning("mail %s (%s) was not sent, attempt %d (%s)", mail["id"], mail["kind"], mail["attempt"], shown)

    async def _record(self, name: str, **values: Any) -> list[Any] | None:
        """Says what came of an attempt; for as long as nobody else may claim the mail, since it may have been sent."""
        ends = time.monotonic() + LEASE_SECONDS / 2
        while True:
            rows = await self._rows(name, **values)
            if rows is not None or time.monotonic() > ends:
                return rows
            await asyncio.sleep(PAUSE_SECONDS)

    async def _rows(self, name: str, **values: Any) -> list[Any] | None:
        """None when the database does not answer or cannot do it; that is said once."""
        query = self.queries[f"worker/{name}"]
        try:
            rows = await self.database.rows(query, query.arguments(values))
        except (Unavailable, asyncpg.PostgresError) as error:
            if not self._away:
                log.warning("mail waits: the database does not answer (%s)", said(error))
            self._away = True
            return None
        self._away = False
        return rows


@asynccontextmanager
async def sending(
    url: str,
    settings: Settings,
    ring: Ring,
    queries: Mapping[str, Query] | None = None,
    stop: Callable[[], None] = lambda: None,
) -> AsyncIterator[MailSender]:
    """Mail is sent in this event loop. If that breaks down, `stop` is called, and this raises MailBrokeDown.

    Where DATABASE_URL is a pooler's, which has one role for each entry, its connections are direct ones.
    """

    def report(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("mail is not sent any more (%s)", said(error))
            stop()

    direct = settings.database_listen_url or url
    async with Database(direct, size=2, name="assay mail", role="assay_worker") as database:
        sender = MailSender(database, queries or shipped_queries(), settings, ring)
        arriving = LISTENER_CONNECTED.labels("mail")
        arriving.set(0)

        def on_gap(connected: bool) -> None:
            arriving.set(connected)
            sender.wake.set()

        listener = Listener(direct, {"assay_mail": lambda _: sender.wake.set()}, on_gap, "assay mail listener")
        tasks = [asyncio.create_task(part) for part in (listener.run(), sender.run(), sender.prune())]
        for task in tasks:
            task.add_done_callback(report)
        try:
            yield sender
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await sender.drain()
        if any(not task.cancelled() for task in tasks):
            raise MailBrokeDown("The sending of mail broke down; the log says why.")


def report_settings(settings: Settings, *, links: bool = True) -> None:
    """Says where mail goes and, for the API, what links begin with. What is wrong with that is app/doctor's to say."""
    if settings.smtp_url:
        log.info("mail goes to the SMTP server %s:%d", settings.smtp_url.host, settings.smtp_url.port)
    else:
        log.info("SMTP_URL is not set: mail is written to files in %s", settings.assay_data_dir / "mail")
    if links:
        log.info("links in mail begin with %s", settings.link_prefix)
