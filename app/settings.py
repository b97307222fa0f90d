"""Every setting of assay: its environment variable, its default and its meaning (also read from `.env`)."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.mail.address import Sender
from app.postgres_url import read
from app.smtp_url import SmtpServer
from app.storage_url import read as read_storage

LINKS_BEGIN = re.compile(r"https?://[^\s/?#@\x00-\x1f\x7f]+(/[^\s?#\x00-\x1f\x7f]*)?")
SERVICE = re.compile(r"https?://[^\s?#\x00-\x1f\x7f]+")
ORIGIN = re.compile(r"\*|null|(?!https://.*:443$|http://.*:80$)[a-z][a-z0-9+.-]*://[^\s/?#@A-Z]+")
PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """`sql` or `prompts`: inside the installed package, or beside it in a checkout."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def _listed(value: object) -> object:
    """`a, b` becomes `("a", "b")`."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _smtp_server(value: object) -> object:
    try:
        return SmtpServer.of(value) if isinstance(value, str) else value
    except ValueError as error:
        raise PydanticCustomError("smtp_url", str(error)) from None


def _sender(value: object) -> object:
    try:
        return Sender.of(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("mail_from", "This is not an e-mail address, nor Name <address>.") from None


def _folder(value: object) -> object:
    """`none` is no folder."""
    return None if value == "none" else value


def _postgres(url: str | None) -> str | None:
    """The URI as it is. Refused is what one of assay's two drivers would read otherwise than the other."""
    try:
        if url is not None:
            read(url)
    except ValueError as error:
        raise PydanticCustomError("postgres_url", "{sentence}", {"sentence": str(error)}) from None
    return url


def _beginning_of_links(url: str | None) -> str | None:
    """A mail holds nothing else before its path: what cannot be followed is refused at the start, not mail by mail."""
    if url is not None and not (LINKS_BEGIN.fullmatch(url) and _has_host(url)):
        raise PydanticCustomError("link_url", "This is not the beginning of a link, as in https://school.example/app.")
    return url


def _service(url: str | None) -> str | None:
    if url is not None and not (SERVICE.fullmatch(url) and _has_host(url)):
        raise PydanticCustomError("service_url", "This is not the address of a service, as in https://api.example/v1.")
    return url


def _has_host(url: str) -> bool:
    """Whether host and port of a URL can be read; a sentence of urllib's would quote it."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _storage(url: str) -> str:
    try:
        read_storage(url)
    except ValueError as error:
        raise PydanticCustomError("storage_url", "{sentence}", {"sentence": str(error)}) from None
    return url


def _origins(listed: tuple[str, ...]) -> tuple[str, ...]:
    """Browsers send an origin in one form, and it is compared with these as a text."""
    if not all(ORIGIN.fullmatch(origin) for origin in listed):
        raise PydanticCustomError(
            "origin",
            "Each is an origin as browsers send it, as in https://school.example: in lower case, without a path, a"
            " slash at the end or the scheme's own port.",
        )
    return listed


def _proxies(listed: str) -> str:
    """What is no address would never be that of a proxy, and say so nowhere."""
    try:
        for part in listed.split(","):
            if part.strip() not in ("", "*"):
                ip_network(part.strip())
    except ValueError:
        raise PydanticCustomError(
            "proxies", "Each is an address, or a network such as 10.0.0.0/8; * alone is any."
        ) from None
    return listed


class Settings(BaseSettings):
    """Read once at start-up. A variable that is set but empty counts as unset."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: str | None = Field(
        None, repr=False, description="any postgresql:// URI, also of several hosts; unset: an embedded PostgreSQL"
    )
    database_replica_url: str | None = Field(
        None, repr=False, description="a streaming replica; reads may go here, but nobody reads their own change stale"
    )
    database_replica_max_lag_seconds: float = Field(
        1.0, gt=0, description="a replica that is further behind, or may be, is not asked"
    )
    database_listen_url: str | None = Field(
        None,
        repr=False,
        description="where DATABASE_URL is a transaction pooler (PgBouncer): a direct connection, for LISTEN"
        " and each worker's place in the queue; unset: DATABASE_URL",
    )
    assay_data_dir: Path = Field(Path(".assay"), description="embedded database, mail spool, generated secret")
    assay_secret_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (), repr=False, description="Fernet keys that encrypt teachers' API keys, newest first, comma-separated"
    )
    host: str = Field("127.0.0.1", description="where `serve` listens")
    port: int = Field(8000, ge=0, le=65535, description="where `serve` listens")
    drain_notice_seconds: float = Field(
        5.0,
        ge=0,
        allow_inf_nan=False,
        description="from SIGTERM until `serve` closes its socket; /ready answers 503 meanwhile",
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="addresses of proxies whose X-Forwarded-* is believed, comma-separated; * for any"
    )
    rate_limit_storage_url: str = Field(
        "memory://",
        repr=False,
        description="where requests are counted: memory:// per process, redis://… or valkey://… for all together",
    )
    metrics_token: str | None = Field(
        None, repr=False, description="who sends it as a bearer token may read /metrics from anywhere; unset: loopback"
    )
    metrics_port: int | None = Field(
        None, ge=0, le=65535, description="where `worker` answers GET /metrics, on HOST; unset: nowhere"
    )
    public_url: str | None = Field(
        None, description="where clients reach the API, and what links in mails begin with; unset: http://HOST:PORT"
    )
    app_url: str | None = Field(
        None, description="where the school's own front end is: links in mails lead there instead; unset: PUBLIC_URL"
    )
    smtp_url: Annotated[SmtpServer | None, NoDecode] = Field(
        None, repr=False, description="smtp://user:pass@host:port, smtps://…, ?starttls=1; unset: .eml files"
    )
    mail_from: Annotated[Sender, NoDecode] = Field(
        Sender("assay@localhost"), description="sender of mails: an address, or Name <address>"
    )
    openai_base_url: str | None = Field(None, description="the OpenAI SDK's own variable; includes /v1")
    anthropic_base_url: str | None = Field(None, description="the Anthropic SDK's own variable; without /v1")
    openai_model: str | None = Field(None, description="a model to try before those in assay.ai_models")
    anthropic_model: str | None = Field(None, description="a model to try before those in assay.ai_models")
    ai_timeout_seconds: float = Field(
        30.0, gt=0, allow_inf_nan=False, description="one attempt at one AI service, in seconds"
    )
    ai_budget_seconds: float = Field(
        90.0, gt=0, allow_inf_nan=False, description="all attempts of one job together, in seconds"
    )
    worker_concurrency: int = Field(100, ge=1, le=10_000, description="AI calls in flight per worker process")
    jobs_kept_days: int = Field(30, ge=1, description="days for which finished jobs can still be asked about")
    ai_calls_per_key: int = Field(
        8, ge=1, le=1000, description="of those, with one key: at first and at least (64 at most)"
    )
    prompts_dir: Path = Field(default_factory=lambda: shipped("prompts"), description="prompt files to use")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field(
        "INFO", description="least severe level logged"
    )
    log_format: Literal["text", "json"] = Field("text", description="text, or json: one object a line")
    log_dir: Annotated[Path | None, NoDecode] = Field(
        Path("logs"), description="log files, rotated at 10 MB and at midnight; none: standard output alone"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field((), description="origins a browser may call from")
    submission_max_bytes: int = Field(200_000, ge=1, description="larger submissions get 413")
    answer_max_bytes: int = Field(20_000, ge=1, le=20_000, description="larger answers to a question get 413")
    instructions_max_bytes: int = Field(200_000, ge=1, description="larger instructions get 413")

    _lists = field_validator("assay_secret_keys", "cors_origins", mode="before")(_listed)
    _log_dir = field_validator("log_dir", mode="before")(_folder)
    _smtp_url = field_validator("smtp_url", mode="before")(_smtp_server)
    _mail_from = field_validator("mail_from", mode="before")(_sender)
    _links = field_validator("public_url", "app_url")(_beginning_of_links)
    _services = field_validator("openai_base_url", "anthropic_base_url")(_service)
    _storage_url = field_validator("rate_limit_storage_url")(_storage)
    _origins = field_validator("cors_origins")(_origins)
    _proxies = field_validator("forwarded_allow_ips")(_proxies)
    _urls = field_validator("database_url", "database_replica_url", "database_listen_url")(_postgres)

    @property
    def provider_urls(self) -> dict[str, str]:
        """The addresses of AI providers that are set, by the names of their variables."""
        names = [name for name in type(self).model_fields if name.endswith("_base_url")]
        return {name.upper(): address for name in names if (address := getattr(self, name))}

    @property
    def link_prefix(self) -> str:
        """What every link in a mail begins with, without a trailing slash."""
        return (self.app_url or self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
