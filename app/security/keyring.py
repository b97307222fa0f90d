"""The ring of master keys (MultiFernet, newest first) that seal AI keys and mailed links, each bound to its owner."""

import base64
import json
import logging
import os
import re
import secrets
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.settings import Settings

SECRET_FILE = "secret.key"  # noqa: S105 - a file name
HOW_TO_MAKE_ONE = (
    "Make one with: python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
)
API_KEY = re.compile(r"[\x21-\x7e]{8,512}")
_FERNET_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
# 32 random bytes hold 30 different values on average and fewer than 20 once in a universe.
_FEWEST_DIFFERENT_BYTES = 20
_FEWEST_DIFFERENT_STEPS = 12

log = logging.getLogger(__name__)


class SecretRefused(Exception):
    """assay may not start with these secrets; the text is one plain sentence for the operator, without any secret."""


class KeyMalformed(ValueError):
    """What was sent cannot be an AI service's key; the text never quotes it."""


class KeyUnreadable(Exception):
    """A sealed key cannot be opened: no master key of the ring fits, or it was sealed for somebody else."""


def read_key(raw: str) -> str:
    """The AI key a teacher sent, without surrounding blanks. Raises KeyMalformed, which never quotes it."""
    key = raw.strip()
    if not API_KEY.fullmatch(key):
        raise KeyMalformed("An API key is 8 to 512 printable ASCII characters without blanks.")
    return key


class Ring:
    """Seals with the newest master key, opens with any. Holds secrets: its repr shows none."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._newest = Fernet(keys[0])
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.size = len(keys)

    def __repr__(self) -> str:
        return f"Ring(size={self.size})"

    def seal(self, teacher_id: UUID | str, provider: str, key: str) -> bytes:
        """A token only `open` with the same teacher and provider can read."""
        owned = {"teacher": str(teacher_id), "provider": provider, "key": key}
        return self._fernet.encrypt(json.dumps(owned).encode())

    def open(self, teacher_id: UUID | str, provider: str, sealed: bytes) -> str:
        """The key in a token. Raises KeyUnreadable when no master key fits or the token belongs to somebody else."""
        try:
            owned = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            owned = None
        if not isinstance(owned, dict):
            raise KeyUnreadable(f"The stored {provider} key cannot be opened with any of ASSAY_SECRET_KEYS.")
        if (owned.get("teacher"), owned.get("provider")) != (str(teacher_id), provider):
            raise KeyUnreadable(f"The stored {provider} key was sealed for another teacher or service.")
        key = owned.get("key")
        if not isinstance(key, str) or not API_KEY.fullmatch(key):
            raise KeyUnreadable(f"The stored {provider} key is not an API key.")
        return key

    def reseal(self, teacher_id: UUID | str, provider: str, sealed: bytes) -> bytes:
        """The same key sealed with the newest master key. Raises KeyUnreadable as `open` does."""
        return self.seal(teacher_id, provider, self.open(teacher_id, provider, sealed))

    def seal_link(self, digest: bytes, prefix: str, token: str) -> bytes:
        """A mail's link, in two parts, that only `open_link` with the same digest can read."""
        return self._fernet.encrypt(json.dumps({"mail": digest.hex(), "prefix": prefix, "token": token}).encode())

    def open_link(self, digest: bytes, sealed: bytes) -> tuple[str, str]:
        """(prefix, token) of a mail's link. Raises KeyUnreadable when no master key fits or it is another mail's."""
        try:
            link = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            raise KeyUnreadable("The stored link cannot be opened with any of ASSAY_SECRET_KEYS.") from None
        if link.get("mail") != digest.hex():
            raise KeyUnreadable("The stored link was sealed for another mail.")
        return str(link["prefix"]), str(link["token"])

    def is_newest(self, sealed: bytes) -> bool:
        """Whether a token was sealed with the newest master key."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True


def load_ring(settings: Settings, embedded: bool) -> Ring:
    """The ring of ASSAY_SECRET_KEYS and, with the embedded database only, of the secret generated beside it.

    The generated secret comes last, so setting ASSAY_SECRET_KEYS later leaves sealed keys readable.
    Raises SecretRefused with a sentence for the operator.
    """
    keys = [_checked(key, f"Key {n} of ASSAY_SECRET_KEYS") for n, key in enumerate(settings.assay_secret_keys, 1)]
    if embedded:
        path = settings.assay_data_dir / SECRET_FILE
        if keys and not path.exists():
            return Ring(tuple(keys))
        keys.append(_generated(path))
    if not keys:
        raise SecretRefused(
            "ASSAY_SECRET_KEYS is not set; with DATABASE_URL set, assay needs it to encrypt teachers' API keys. "
            + HOW_TO_MAKE_ONE
        )
    return Ring(tuple(keys))


def _checked(key: str, name: str) -> str:
    """`key`, when it is a Fernet key that looks random; else SecretRefused."""
    if not _FERNET_KEY.fullmatch(key):
        raise SecretRefused(f"{name} is not the url-safe base64 of 32 bytes. {HOW_TO_MAKE_ONE}")
    if not _looks_random(base64.urlsafe_b64decode(key)):
        raise SecretRefused(f"{name} is weak: its 32 bytes do not look random. {HOW_TO_MAKE_ONE}")
    return key


def _looks_random(secret: bytes) -> bool:
    """False for zeros, repeats, counting sequences and text; 32 random bytes never fail."""
    steps = {(later - earlier) % 256 for earlier, later in pairwise(secret)}
    text = all(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in secret)
    return len(set(secret)) >= _FEWEST_DIFFERENT_BYTES and len(steps) >= _FEWEST_DIFFERENT_STEPS and not text


def _generated(path: Path) -> str:
    """The secret in `path`, made there once; of many processes starting together all get the same."""
    try:
        if not path.exists():
            _create(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            log.warning("The file %s could be read by other users; it is now readable by its owner alone.", path)
            path.chmod(0o600)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretRefused(f"The secret file {path} cannot be used ({type(error).__name__}).") from error
    return _checked(key, f"The key in {path}")


def _create(path: Path) -> None:
    """Writes a new secret beside `path` and links it into place: never half written, never overwritten."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        log.info("A secret that encrypts teachers' API keys was generated in %s.", path)
    finally:
        draft.unlink()
