"""The settings that are URLs: what they say, and that a wrong one is refused without a word of it."""

import pytest
from pydantic import ValidationError

from app.settings import Settings
from app.smtp_url import SmtpServer
from app.storage_url import read
from app.web.rate_limits import RateLimits


def settings(**known: str) -> Settings:
    """Settings without a .env file."""
    return Settings(_env_file=None, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://h", SmtpServer("h", 25, None, None, False, None)),
        ("smtp://h:26/", SmtpServer("h", 26, None, None, False, None)),
        ("smtp://h?starttls=", SmtpServer("h", 25, None, None, False, None)),
        ("smtp://h?starttls=1", SmtpServer("h", 587, None, None, False, True)),
        ("smtp://h?starttls=0", SmtpServer("h", 25, None, None, False, False)),
        ("smtps://h", SmtpServer("h", 465, None, None, True, False)),
        ("smtps://us%40er:p%2Fa%3As%25@[::1]:2465", SmtpServer("::1", 2465, "us@er", "p/a:s%", True, False)),
    ],
)
def test_the_mail_server_is_what_its_url_says(url: str, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", url)
    assert settings().smtp_url == server


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
        SmtpServer.of(url)
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


@pytest.mark.parametrize(
    ("url", "library"),
    [
        ("memory://", None),
        ("redis://h", "redis://h:6379"),
        ("redis://:p%2Fw@h/1", "redis://:p%2Fw@h:6379/1"),
        ("rediss://u:p@[::1]:7000/0?health_check_interval=9", "rediss://u:p@[::1]:7000/0?health_check_interval=9"),
        ("valkey://h:1", "redis://h:1"),
        ("valkeys://h", "rediss://h:6379"),
        ("valkey+cluster://a:1,b:2", "redis+cluster://a:1,b:2"),
        ("redis+sentinel://:p@a:1,b:2/main", "redis+sentinel://:p@a:1,b:2/main"),
        ("redis+unix:///run/redis.sock", "redis+unix:///run/redis.sock"),
    ],
)
def test_requests_are_counted_where_a_url_says(url: str, library: str | None) -> None:
    assert read(settings(rate_limit_storage_url=url).rate_limit_storage_url) == library
    assert (RateLimits(url)._shared is None) == (library is None)  # the library takes it


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        *(
            ("rate_limit_storage_url", url, "This is not memory://")
            for url in (
                "hunter2", "hunter2://x:hunter2@y", "redis://", "redis://h:hunter2", "redis://h:0", "redis://[hunter2",
                "redis://:hunter2/x@h", "redis://h/hunter2", "redis+sentinel://hunter2", "memcached://h:1",
                "redis://h\nhunter2", "redis://h:99999",
            )
        ),
        *(
            (name, url, "This is not the address of a service")
            for name in ("openai_base_url", "anthropic_base_url")
            for url in ("hunter2", "http://[hunter2", "ftp://hunter2", "http://h:hunter2", "http://u:hunter2@", "http://")
        ),
        *(
            (name, url, "This is not the beginning of a link")
            for name in ("public_url", "app_url")
            for url in ("http://[hunter2", "https://h:hunter2", "https://me:hunter2@school.example")
        ),
        *(
            ("cors_origins", f"https://school.example,{origin}", "Each is an origin as browsers send it")
            for origin in (
                "https://hunter2/", "hunter2.example", "https://Hunter2.example", "https://hunter2:443",
                "http://hunter2:80", "https://hunter2/app", "https://me:hunter2@school.example",
            )
        ),
        *(
            ("forwarded_allow_ips", f"127.0.0.1,{proxy}", "Each is an address, or a network")
            for proxy in ("hunter2", "localhost", "10.0.0.1/8", "10.0.0.0/99", "1.2.3")
        ),
        *(
            (name, number, "Input should be a finite number")
            for name in ("drain_notice_seconds", "ai_timeout_seconds", "ai_budget_seconds")
            for number in ("inf", "nan")
        ),
    ],
)  # fmt: skip
def test_what_would_fail_later_or_silently_is_refused_at_start(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        settings(**{name: value})
    (error,) = wrong.value.errors()
    assert (error["loc"], error["msg"][: len(sentence)]) == ((name,), sentence)
    assert "unter2" not in str(wrong.value)


def test_origins_and_proxies_are_what_they_are() -> None:
    origins = "https://school.example, http://localhost:5173,capacitor://localhost,*,null,https://school.example:8443"
    assert len(settings(cors_origins=origins).cors_origins) == 6
    for proxies in ("*", "127.0.0.1, ::1", "10.0.0.0/8,fd00::/8"):
        assert settings(forwarded_allow_ips=proxies).forwarded_allow_ips == proxies
