"""Master keys, what they sealed, and the folder that holds what nobody else may read."""

import asyncio
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.db.database import Database
from app.db.queries import Query, shipped_queries
from app.doctor.database import asking, row_of
from app.doctor.finding import Deployment, Finding, NotLookedAt
from app.security.keyring import HOW_TO_MAKE_ONE, SECRET_FILE, KeyUnreadable, Ring, SecretRefused, load_ring

PAGE = 500
PRIVATE = (SECRET_FILE, "mail", "postgres")  # in ASSAY_DATA_DIR, for their owner alone


def master_keys(deployment: Deployment) -> Iterator[Finding]:
    """ASSAY_SECRET_KEYS."""
    settings = deployment.settings
    if deployment.real and not settings.assay_secret_keys:
        made = settings.assay_data_dir / SECRET_FILE
        kept = f" If {made} has sealed keys in this database, set it to what that file holds." if made.exists() else ""
        yield Finding(
            "ASSAY_SECRET_KEYS is not set, and with DATABASE_URL no secret is generated: neither `serve` nor `worker`"
            " starts.",
            f"{HOW_TO_MAKE_ONE}{kept}",
        )
    elif settings.assay_secret_keys:
        try:
            load_ring(settings, embedded=False)
        except SecretRefused as refused:
            wrong = str(refused).removesuffix(HOW_TO_MAKE_ONE).strip()
            yield Finding(wrong, HOW_TO_MAKE_ONE)


def data_folder(deployment: Deployment) -> Iterator[Finding]:
    """ASSAY_DATA_DIR: nobody else may write there, nor read what is secret in it."""
    folder = deployment.settings.assay_data_dir
    if os.name != "posix" or not folder.exists():
        return
    if _mode(folder) & 0o022:
        yield Finding(
            f"Other users may write into ASSAY_DATA_DIR ({folder}, mode {_mode(folder):04o}), and so replace secrets.",
            f"chmod go-w {folder}",
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            f"This user may not read or write ASSAY_DATA_DIR ({folder}).",
            f"Give it to the user that assay runs as: chown -R USER {folder}",
        )
        return
    for path in (folder / name for name in PRIVATE):
        if path.exists() and _mode(path) & 0o077:
            yield Finding(
                f"Other users may read {path} (mode {_mode(path):04o}), which holds secrets.", f"chmod -R go= {path}"
            )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def sealed(deployment: Deployment) -> Iterator[Finding]:
    """Whether what is stored sealed can be opened: teachers' AI keys, and links of mail that waits."""
    settings = deployment.settings
    if not deployment.real and not settings.assay_secret_keys and not (settings.assay_data_dir / SECRET_FILE).exists():
        return  # nothing was ever sealed
    ring = load_ring(settings, embedded=not deployment.real)
    with asking(deployment.direct) as connection:
        login, operates = row_of(connection, "server/read_operator")
    if not operates:
        raise NotLookedAt(f"since {login} cannot act as assay_operator: run it with the login that migrates, too")
    yield from asyncio.run(_open_all(deployment.direct, ring))


async def _open_all(url: str, ring: Ring) -> list[Finding]:
    queries, found = shipped_queries(), []
    async with Database(url, size=1, name="assay doctor", role="assay_operator") as database:
        keys, shut = await _keys(database, queries, ring)
        if shut:
            found.append(
                Finding(
                    f"{len(shut)} of {keys} stored keys of teachers cannot be opened with any of ASSAY_SECRET_KEYS; the"
                    f" first is the {shut[0][1]} key of teacher {shut[0][0]}.",
                    "Add the master key that sealed them to the end of ASSAY_SECRET_KEYS, or have those teachers store"
                    " their keys again.",
                )
            )
        if lost := await _links(database, queries, ring):
            found.append(
                Finding(
                    f"{len(lost)} mails wait whose links cannot be opened with any of ASSAY_SECRET_KEYS; the first is"
                    f" {lost[0]}.",
                    "Add the master key that sealed them to the end of ASSAY_SECRET_KEYS.",
                )
            )
    return found


async def _keys(database: Database, queries: Mapping[str, Query], ring: Ring) -> tuple[int, list[tuple[str, str]]]:
    """How many keys are stored, and whose cannot be opened, by teacher and provider."""
    count, shut, after = 0, [], {"after_teacher": None, "after_provider": None}
    while rows := await _rows(database, queries, "list_sealed_keys", **after):
        count += len(rows)
        for row in rows:
            try:
                ring.open(row["teacher_id"], row["provider"], row["sealed"])
            except KeyUnreadable:
                shut.append((str(row["teacher_id"]), row["provider"]))
        after = {"after_teacher": rows[-1]["teacher_id"], "after_provider": rows[-1]["provider"]}
    return count, shut


async def _links(database: Database, queries: Mapping[str, Query], ring: Ring) -> list[str]:
    """The mails whose links cannot be opened."""
    lost, after = [], None
    while rows := await _rows(database, queries, "list_sealed_links", after=after):
        for row in rows:
            try:
                ring.open_link(row["link_digest"], row["sealed_link"])
            except KeyUnreadable:
                lost.append(str(row["mail_id"]))
        after = rows[-1]["mail_id"]
    return lost


async def _rows(database: Database, queries: Mapping[str, Query], name: str, **values: Any) -> Sequence[Any]:
    query = queries[f"operator/{name}"]
    return await database.rows(query, query.arguments(values | {"most": PAGE}), read=True)
