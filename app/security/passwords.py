"""Argon2id password hashes, made and checked off the event loop in a few threads."""

import asyncio
import hashlib
import os
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 iterations, 1 degree of parallelism.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
THREADS = ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1), thread_name_prefix="argon2")
# Checked when an address is unknown, so that the answer takes as long as for a known one.
NOBODY = HASHER.hash(secrets.token_urlsafe(32))


async def hash_password(password: str) -> str:
    """The encoded hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(THREADS, HASHER.hash, password)


async def is_password(password: str, stored: str | None) -> bool:
    """Whether it is the password; as slow for `None` (no such account) as for a wrong one."""
    return await asyncio.get_running_loop().run_in_executor(THREADS, _verify, stored or NOBODY, password) and bool(
        stored
    )


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
