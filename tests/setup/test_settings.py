"""The settings that are URLs: what they say, and that a wrong one is refused without a word of it."""

import pytest
from pydantic import ValidationError

from app.settings import Settings
from app.smtp_url import Relay


def settings(**known: str) -> Settings:
    """Settings without a .env file."""
    return Settings(_env_file=None, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://h", Relay("h", 25, None, None, False, None)),
        ("smtp://h:26/", Relay("h", 26, None, None, False, None)),
        ("smtp://h?starttls=", Relay("h", 25, None, None, False, None)),
        ("smtp://h?starttls=1", Relay("h", 587, None, None, False, True)),
        ("smtp://h?starttls=0", Relay("h", 25, None, None, False, False)),
        ("smtps://h", Relay("h", 465, None, None, True, False)),
        ("smtps://us%40er:p%2Fa%3As%25@[::1]:2465", Relay("::1", 2465, "us@er", "p/a:s%", True, False)),
    ],
)
def test_the_mail_server_is_what_its_url_says(url: str, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", url)
    assert settings().smtp_url == relay


def test_a_password_is_not_shown() -> None:
    known = settings(smtp_url="smtp://user:hunter2@h", database_replica_url="postgresql://user:hunter2@h/d")
    assert "hunter2" not in f"{known!r} {known.smtp_url!r}"


@pytest.mark.parametrize(
    "url",
    [
        "http://user:hunter2@h", "hunter2", "smtp:", "smtp://", "smtp://user:hunter2@", "smtp://user:hunter2@:25",
        "smtp://user:hunter2/x@h:25", "smtp://user:hunter2#x@h", "smtp://user:hunter2?x@h", "smtp://user:hunter2[@h",
        "smtp://user:hunter2℀@h", "smtp://user:hunter2\udcff@h", "smtp://user:25/hunter2@h", "smtp://h:99999",
        "smtp://h:0", "smtp://h:hunter2", "smtp://h..x", "smtp://h/hunter2", "smtp://h#hunter2", "smtp://h?tls=1",
        "smtp://h?starttls=1&hunter2", "smtp://h?starttls=hunter2",
    ],
)  # fmt: skip
def test_what_is_no_mail_server_is_refused_without_a_word_of_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"^This is not smtp://.*percent-encoded") as refused:
        Relay.of(url)
    assert "hunter2" not in str(refused.value)
    assert refused.value.__suppress_context__
    with pytest.raises(ValidationError) as wrong:
        settings(smtp_url=url)
    assert [(e["loc"], e["msg"]) for e in wrong.value.errors()] == [(("smtp_url",), str(refused.value))]
    assert "hunter2" not in str(wrong.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%2Fw@h:5432/d", "postgres://h/d?sslmode=require", "postgresql://[::1]:5432/d",
        "postgresql:///d?host=/run/postgresql", "postgresql://%2Frun%2Fpg/d", "postgresql://u:p@a:1,b:2,[::1]:3/d",
    ],
)  # fmt: skip
def test_a_replica_is_any_uri_of_postgres(url: str) -> None:
    assert settings(database_replica_url=url).database_replica_url == url


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@x", "hunter2", "postgresql:hunter2", "host=x password=hunter2",
        "postgresql://u:hunter2/x@h/d", "postgresql://u:hunter2[@h/d", "postgresql://h:99999/d",
    ],
)  # fmt: skip
def test_what_is_no_replica_is_refused_without_a_word_of_it(url: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        settings(database_replica_url=url)
    (error,) = wrong.value.errors()
    assert error["loc"] == ("database_replica_url",)
    assert error["msg"].startswith("This is not a postgresql:// or postgres:// URI (")
    assert "hunter2" not in str(wrong.value)


@pytest.mark.parametrize(
    ("known", "begins"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"public_url": "https://api.school.example/"}, "https://api.school.example"),
        (
            {"public_url": "https://api.school.example", "app_url": "https://school.example/app/"},
            "https://school.example/app",
        ),
    ],
)
def test_links_in_mails_lead_to_the_schools_own_front_end_where_it_has_one(
    known: dict[str, str], begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PUBLIC_URL", "APP_URL", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    assert settings(**known).link_prefix == begins


@pytest.mark.parametrize("name", ["public_url", "app_url"])
@pytest.mark.parametrize(
    "url", ["school.example", "ftp://school.example", "https://a b", "https://school.example/?x=1"]
)
def test_what_no_link_can_begin_with_is_refused_at_start(name: str, url: str) -> None:
    with pytest.raises(ValidationError, match="not the beginning of a link"):
        settings(**{name: url})
