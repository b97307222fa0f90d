"""Passwords: hashed as OWASP says, compared as RFC 8265 says, and hashed in turns."""

import asyncio
from collections import Counter

import pytest

from app.security.passwords import Overloaded, Turns, hash_password, is_outdated, is_password

PASSWORD = "correct horse battery"
TURNS = Turns()


async def test_passwords_are_hashed_as_owasp_says() -> None:
    stored = await hash_password(PASSWORD, TURNS)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await is_password(PASSWORD, stored, TURNS)
    assert not await is_password("wrong", stored, TURNS)
    assert not await is_password(PASSWORD, None, TURNS)
    assert not await is_password(PASSWORD, "not a hash", TURNS)
    assert not is_outdated(stored)
    assert is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")


@pytest.mark.parametrize(
    ("typed", "again"),
    [
        ("caf\u00e9 1", "cafe\u0301 1"),
        ("\u1e69", "s\u0323\u0307"),
        ("a b", "a\u00a0b"),
        ("\uac00", "\u1100\u1161"),
        (" ", "\u3000"),
    ],
)
async def test_a_password_is_the_same_however_it_was_typed(typed: str, again: str) -> None:
    assert await is_password(again, await hash_password(typed, TURNS), TURNS)
    assert await is_password(typed, await hash_password(again, TURNS), TURNS)


@pytest.mark.parametrize(("one", "other"), [("A", "a"), ("ﬁ", "fi"), ("a", "a "), ("１", "1")])
async def test_what_looks_alike_is_another_password(one: str, other: str) -> None:
    assert not await is_password(other, await hash_password(one, TURNS), TURNS)


class Clients:
    """Clients that ask for turns; nobody leaves before `end` is set."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.end = turns, asyncio.Event()
        self.served: list[str] = []
        self.refused: Counter[str] = Counter()

    async def ask(self, client: str) -> None:
        try:
            async with self.turns.turn(client):
                await self.end.wait()
                self.served.append(client)
        except Overloaded:
            self.refused[client] += 1


async def started(asks: list["asyncio.Task[None]"]) -> None:
    """Until each of them runs, waits or was refused."""
    for _ in range(3):
        await asyncio.sleep(0)
    assert asks


async def test_one_client_that_floods_makes_nobody_else_wait() -> None:
    clients = Clients(Turns(1, 20))
    asks = [asyncio.create_task(clients.ask("flood")) for _ in range(300)]
    await started(asks)
    assert clients.refused == {"flood": 279}  # one runs, twenty wait
    asks.append(asyncio.create_task(clients.ask("somebody")))
    await started(asks)
    assert clients.refused == {"flood": 280}
    clients.end.set()
    await asyncio.gather(*asks)
    assert clients.served.index("somebody") <= 2
    assert Counter(clients.served) == {"flood": 20, "somebody": 1}


async def test_clients_take_turns() -> None:
    clients = Clients(Turns(1, 20))
    asks = [asyncio.create_task(clients.ask(client)) for client in "xaaaabbc"]
    await started(asks)
    clients.end.set()
    await asyncio.gather(*asks)
    assert "".join(clients.served) == "xabcabaa"


async def test_a_client_that_goes_away_leaves_its_place_to_others() -> None:
    turns = Turns(1, 2)
    clients = Clients(turns)
    asks = [asyncio.create_task(clients.ask(client)) for client in "xab"]
    await started(asks)
    asks[1].cancel()
    await started(asks)
    assert turns.waiting == 1
    asks.append(asyncio.create_task(clients.ask("c")))
    await started(asks)
    asks[0].cancel()  # the one that runs
    clients.end.set()
    await asyncio.gather(*asks, return_exceptions=True)
    assert clients.served == ["b", "c"]
    assert not clients.refused
    assert (turns.free, turns.waiting) == (1, 0)


async def test_hashing_more_passwords_than_may_wait_is_refused() -> None:
    turns = Turns(at_once=1, most=2)
    done = await asyncio.gather(*(hash_password(PASSWORD, turns, "one") for _ in range(5)), return_exceptions=True)
    assert [type(one) for one in done].count(Overloaded) == 2
