"""Teachers' keys are sealed for one teacher and one service, under master keys that are fit for it."""

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from app.security.keyring import KeyMalformed, KeyUnreadable, Ring, SecretRefused, load_ring, read_key
from app.settings import Settings

KEY = "sk-proj-0123456789abcdef"


def settings(directory: Path, *keys: str) -> Settings:
    values: dict[str, Any] = {"assay_data_dir": directory, "assay_secret_keys": keys, "_env_file": None}
    return Settings(**values)


def fernet_key(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode()


def fresh() -> str:
    return Fernet.generate_key().decode()


def test_a_sealed_key_opens_for_its_teacher_and_service_alone() -> None:
    ring, teacher = Ring((fresh(),)), uuid4()
    sealed = ring.seal(teacher, "openai", KEY)
    assert KEY.encode() not in sealed
    assert ring.open(teacher, "openai", sealed) == KEY
    assert ring.open(str(teacher), "openai", sealed) == KEY
    with pytest.raises(KeyUnreadable, match="another teacher or service"):
        ring.open(uuid4(), "openai", sealed)
    with pytest.raises(KeyUnreadable, match="another teacher or service"):
        ring.open(teacher, "anthropic", sealed)


def test_resealing_moves_a_key_to_the_newest_master_key() -> None:
    old, new, teacher = fresh(), fresh(), uuid4()
    sealed = Ring((old,)).seal(teacher, "openai", KEY)
    resealed = Ring((new, old)).reseal(teacher, "openai", sealed)
    assert Ring((new,)).open(teacher, "openai", resealed) == KEY
    with pytest.raises(KeyUnreadable):
        Ring((new,)).open(teacher, "openai", sealed)


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not a token", id="no token"),
        pytest.param(b"\xff\x00", id="no text"),
        pytest.param(Fernet(Fernet.generate_key()).encrypt(b"{}"), id="sealed with another key"),
    ],
)
def test_what_no_master_key_opens_is_unreadable(sealed: bytes) -> None:
    with pytest.raises(KeyUnreadable):
        Ring((fresh(),)).open(uuid4(), "openai", sealed)


@pytest.mark.parametrize("inside", [b"[]", b"not json", b'{"key": 1}', b"null"])
def test_a_token_with_something_else_inside_is_unreadable(inside: bytes) -> None:
    master = fresh()
    with pytest.raises(KeyUnreadable):
        Ring((master,)).open("t", "openai", Fernet(master).encrypt(inside))


def test_an_empty_key_inside_a_token_is_unreadable() -> None:
    ring = Ring((fresh(),))
    with pytest.raises(KeyUnreadable):
        ring.open("t", "openai", ring.seal("t", "openai", ""))


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(bytes(32), id="zeros"),
        pytest.param(b"\xff" * 32, id="ones"),
        pytest.param(bytes(range(32)), id="counted"),
        pytest.param(bytes(range(0, 256, 8)), id="counted in eights"),
        pytest.param(os.urandom(4) * 8, id="repeated"),
        pytest.param(b"please change this before you go", id="a sentence"),
        pytest.param(b"0123456789abcdefghijklmnopqrstuv", id="the alphabet"),
    ],
)
def test_a_weak_master_key_is_refused(tmp_path: Path, secret: bytes) -> None:
    with pytest.raises(SecretRefused, match="Key 2 of ASSAY_SECRET_KEYS is weak") as refused:
        load_ring(settings(tmp_path, fresh(), fernet_key(secret)), embedded=False)
    assert fernet_key(secret) not in str(refused.value)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("x", id="a letter"),
        pytest.param("A" * 44, id="no padding"),
        pytest.param(fernet_key(os.urandom(31)), id="a byte too few"),
        pytest.param(fernet_key(os.urandom(33)), id="a byte too many"),
        pytest.param(fresh()[:-1], id="cut off"),
    ],
)
def test_a_malformed_master_key_is_refused_without_being_quoted(tmp_path: Path, key: str) -> None:
    with pytest.raises(SecretRefused) as refused:
        load_ring(settings(tmp_path, key), embedded=False)
    assert key == "x" or key not in str(refused.value)


def test_random_master_keys_are_never_called_weak(tmp_path: Path) -> None:
    assert load_ring(settings(tmp_path, *(fresh() for _ in range(2000))), embedded=False).size == 2000


def test_a_database_of_ones_own_needs_a_master_key(tmp_path: Path) -> None:
    with pytest.raises(SecretRefused, match="ASSAY_SECRET_KEYS is not set"):
        load_ring(settings(tmp_path), embedded=False)
    assert not list(tmp_path.iterdir())


def test_the_embedded_database_gets_a_secret_once_for_its_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "a b" / "data"
    sealed = load_ring(settings(directory), embedded=True).seal("t", "openai", KEY)
    assert load_ring(settings(directory), embedded=True).open("t", "openai", sealed) == KEY
    (file,) = directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_file_that_others_could_read_is_closed(tmp_path: Path) -> None:
    load_ring(settings(tmp_path), embedded=True)
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    load_ring(settings(tmp_path), embedded=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_many_processes_that_start_together_get_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        rings = list(threads.map(lambda _: load_ring(settings(tmp_path), embedded=True), range(64)))
    sealed = rings[0].seal("t", "openai", KEY)
    assert {ring.open("t", "openai", sealed) for ring in rings} == {KEY}
    assert len(list(tmp_path.iterdir())) == 1


def test_master_keys_set_later_leave_what_the_generated_secret_sealed_readable(tmp_path: Path) -> None:
    sealed = load_ring(settings(tmp_path), embedded=True).seal("t", "openai", KEY)
    later = load_ring(settings(tmp_path, fresh()), embedded=True)
    assert later.open("t", "openai", sealed) == KEY


def test_a_broken_secret_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SecretRefused, match=r"secret\.key"):
        load_ring(settings(tmp_path), embedded=True)


def test_a_ring_shows_no_secret() -> None:
    master = fresh()
    assert master not in repr(Ring((master,)))


@pytest.mark.parametrize("raw", [KEY, f"  {KEY}\n", "x" * 8, "~" * 512])
def test_a_sent_key_is_stripped(raw: str) -> None:
    assert read_key(raw) == raw.strip()


@pytest.mark.parametrize(
    "raw", ["", "   ", "x" * 7, "x" * 513, "sk-a b-cdefgh", "sk-\nabcdefgh", "sk-ключ-abcdef", "sk-\x00abcdefg"]
)
def test_what_cannot_be_a_key_is_refused_without_being_quoted(raw: str) -> None:
    with pytest.raises(KeyMalformed) as refused:
        read_key(raw)
    assert not raw.strip() or raw not in str(refused.value)
