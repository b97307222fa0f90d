"""The SMTP server that mail is given to, as SMTP_URL names it."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

SENTENCE = (
    "This is not smtp:// or smtps:// with a host, and at most user:pass@, a port and ?starttls=1 or 0"
    " (special characters of the password are percent-encoded, / as %2F)."
)
STARTTLS = {"": None, "1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True)
class SmtpServer:
    """`tls`: from the first byte. `starttls`: required, never, or (None) when the server offers it."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool
    starttls: bool | None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        return tuple(filter(None, (self.username, self.password)))

    @classmethod
    def of(cls, url: str) -> Self:
        """Reads `smtp://user:pass@host:port`. Raises ValueError, whose sentence holds nothing of the URL."""
        try:
            return cls._read(url)
        except (ValueError, KeyError):  # urllib's own sentences quote what may be a piece of the password
            raise ValueError(SENTENCE) from None

    @classmethod
    def _read(cls, url: str) -> Self:
        url.encode()  # what is not Unicode could not be sent
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        starttls = STARTTLS[options.pop("starttls", "").lower()]
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0:
            raise ValueError
        if parts.path not in ("", "/") or parts.fragment or options:
            raise ValueError
        parts.hostname.encode("idna")  # as the resolver will
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 587 if starttls else 25),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
            starttls=False if tls else starttls,
        )
