"""Argon2id password hashes, made and checked off the event loop in a few threads, which clients take turns for."""

import asyncio
import hashlib
import os
import secrets
import unicodedata
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 iterations, 1 degree of parallelism.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
THREADS = min(4, os.cpu_count() or 1)
EXECUTOR = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="argon2")
MOST_WAITING = 100  # hashes; at some 25 ms each, the last of them waits about a second on two cores
LONGEST_PASSWORD = 200  # characters, as it is hashed
# Checked when an address is unknown, so that the answer takes as long as for a known one.
NOBODY = HASHER.hash(secrets.token_urlsafe(32))


class Overloaded(Exception):
    """Too many passwords wait to be hashed: try again in a few seconds."""


class Turns:
    """At most `at_once` run and `most` wait. Clients take turns: one that asks for much waits for itself.

    When all places to wait are taken, the newest of whoever has most of them gives way to a client that has fewer.
    """

    def __init__(self, at_once: int = THREADS, most: int = MOST_WAITING) -> None:
        self.free, self.most = at_once, most
        self.waiting = 0
        self._clients: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Waits for a turn of this client. Raises Overloaded."""
        if self.free:
            self.free -= 1
        else:
            await self._wait(client)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, client: str) -> None:
        if self.waiting >= self.most:
            self._make_room(client)
        turn = asyncio.get_running_loop().create_future()
        self._clients.setdefault(client, deque()).append(turn)
        self.waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._pass_on()  # it had just been given
            else:
                self._forget(client, turn)
            raise

    def _make_room(self, client: str) -> None:
        own = len(self._clients.get(client, ()))
        greediest = max(self._clients, key=lambda one: len(self._clients[one]), default=client)
        if greediest == client or len(self._clients[greediest]) <= own + 1:
            raise Overloaded
        turn = self._clients[greediest][-1]
        self._forget(greediest, turn)
        turn.set_exception(Overloaded())

    def _forget(self, client: str, turn: "asyncio.Future[None]") -> None:
        turns = self._clients.get(client)
        if turns is not None and turn in turns:
            turns.remove(turn)
            self.waiting -= 1
            if not turns:
                del self._clients[client]

    def _pass_on(self) -> None:
        """To the client who has waited longest for a turn; it then stands behind all others."""
        while self._clients:
            client, turns = self._clients.popitem(last=False)
            turn = turns.popleft()
            self.waiting -= 1
            if turns:
                self._clients[client] = turns
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1


def prepared(password: str) -> str:
    """A password as it is hashed and compared, however it was typed: the OpaqueString profile of RFC 8265, 4.2.

    Each blank is a space, and the whole is in NFC, so that é typed as one character or as two is the same.
    """
    blanks = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", blanks)


async def hash_password(password: str, turns: Turns, client: str = "") -> str:
    """The encoded hash of a password, when it is the client's turn. Raises Overloaded when too many wait."""
    return await _in_turn(turns, client, lambda: HASHER.hash(prepared(password)))


async def is_password(password: str, stored: str | None, turns: Turns, client: str = "") -> bool:
    """Whether it is the password; as slow for `None` (no such account) as for a wrong one. Raises Overloaded."""
    return await _in_turn(turns, client, lambda: _verify(stored or NOBODY, prepared(password))) and bool(stored)


async def _in_turn(turns: Turns, client: str, work: Callable[[], T]) -> T:
    async with turns.turn(client):
        return await asyncio.get_running_loop().run_in_executor(EXECUTOR, work)


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether a stored hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def new_token() -> str:
    """256 random bits for a bearer token or a mail's link."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()
