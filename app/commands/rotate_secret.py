"""`assay rotate-secret`: encrypt all stored AI keys, and links of mail that is not sent, anew with the newest of
ASSAY_SECRET_KEYS, while assay works."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.db.database import Database
from app.db.queries import Query, shipped_queries
from app.dev.embedded_postgres import database
from app.security.keyring import KeyUnreadable, Ring, load_ring
from app.settings import Settings

BATCH = 500


@dataclass
class Rotated:
    """`resealed` were encrypted anew, `current` were so already; `unreadable` names (teacher id, provider)."""

    resealed: int = 0
    current: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    links: int = 0  # of mail, encrypted anew
    unreadable_links: list[str] = field(default_factory=list)  # ids of mail
    lost: int = 0  # replaced by their teachers while this ran, so they are looked at again


def run(settings: Settings, _: argparse.Namespace) -> int:
    """Prints how many keys were encrypted anew and which cannot be opened; 1 if there are any of those."""
    done = rotate(settings)
    for teacher_id, provider in done.unreadable:
        print(f"The {provider} key of teacher {teacher_id} cannot be opened with any of ASSAY_SECRET_KEYS.")
    for mail_id in done.unreadable_links:
        print(f"The link of mail {mail_id} cannot be opened with any of ASSAY_SECRET_KEYS.")
    print(f"{done.resealed} keys were encrypted anew, {done.current} were so already.")
    if done.links:
        print(f"Links of mail encrypted anew: {done.links}.")
    return 1 if done.unreadable or done.unreadable_links else 0


def rotate(settings: Settings) -> Rotated:
    """Safe to interrupt, to repeat and to run while assay works: a key that changes meanwhile is left alone.

    Raises SecretRefused, Unavailable and asyncpg.PostgresError.
    """
    with database(settings.database_url, settings.assay_data_dir) as url:
        ring = load_ring(settings, embedded=settings.database_url is None)
        return asyncio.run(_rotate(url, ring))


async def _rotate(url: str, ring: Ring) -> Rotated:
    queries, resealed = shipped_queries(), 0
    async with Database(url, size=1, name="assay rotate-secret", role="assay_operator") as pool:
        while True:
            done = await reseal_all(pool, queries, ring)
            resealed += done.resealed
            if not done.lost:
                all_done = Rotated(resealed, done.current - (resealed - done.resealed), done.unreadable)
                await reseal_links(pool, queries, ring, all_done)
                return all_done


async def reseal_links(pool: Database, queries: Mapping[str, Query], ring: Ring, done: Rotated) -> None:
    """One walk through the links of mail that is not sent. Mail that comes meanwhile is sealed with the newest key."""
    after = None
    while rows := await _rows(pool, queries, "list_sealed_links", after=after, most=BATCH):
        after = rows[-1]["mail_id"]
        old, new = [], []
        for row in rows:
            try:
                prefix, token = ring.open_link(row["link_digest"], row["sealed_link"])
            except KeyUnreadable:
                done.unreadable_links.append(str(row["mail_id"]))
                continue
            if not ring.is_newest(row["sealed_link"]):
                old.append(row)
                new.append(ring.seal_link(row["link_digest"], prefix, token))
        if old:
            answer = await _rows(
                pool, queries, "reseal_links",
                mail_ids=[row["mail_id"] for row in old], earlier=[row["sealed_link"] for row in old], sealed=new,
            )  # fmt: skip
            done.links += answer[0]["resealed"]


async def reseal_all(pool: Database, queries: Mapping[str, Query], ring: Ring) -> Rotated:
    """One walk through all stored keys, a transaction for each batch."""
    done, after = Rotated(), {"after_teacher": None, "after_provider": None}
    while rows := await _rows(pool, queries, "list_sealed_keys", **after, most=BATCH):
        await _reseal(pool, queries, ring, rows, done)
        after = {"after_teacher": rows[-1]["teacher_id"], "after_provider": rows[-1]["provider"]}
    return done


async def _reseal(
    pool: Database, queries: Mapping[str, Query], ring: Ring, rows: Sequence[Mapping[str, Any]], done: Rotated
) -> None:
    old, new = [], []
    for row in rows:
        try:
            token = ring.reseal(row["teacher_id"], row["provider"], row["sealed"])
        except KeyUnreadable:
            done.unreadable.append((str(row["teacher_id"]), row["provider"]))
            continue
        if ring.is_newest(row["sealed"]):
            done.current += 1
        else:
            old.append(row)
            new.append(token)
    if old:
        answer = await _rows(
            pool, queries, "reseal_keys",
            teacher_ids=[row["teacher_id"] for row in old], providers=[row["provider"] for row in old],
            earlier=[row["sealed"] for row in old], sealed=new,
        )  # fmt: skip
        done.resealed += answer[0]["resealed"]
        done.lost += len(old) - answer[0]["resealed"]


async def _rows(pool: Database, queries: Mapping[str, Query], name: str, **values: Any) -> list[Any]:
    query = queries[f"operator/{name}"]
    return await pool.rows(query, query.arguments(values))
