"""E-mail addresses: as people type them, and as they are written into a mail's head."""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Self

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# Addresses inside one network (`@localhost`, `@school.local`, `@example.test`) are as good as any. The library's
# documentation names this as the way to allow them.
SPECIAL_USE_DOMAIN_NAMES.clear()
LONGEST = 254  # RFC 5321, 4.5.3.1.3, as corrected by erratum 1690
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
ADDRESS = re.compile(rf"({ATOM}(?:\.{ATOM})*)@({LABEL}(?:\.{LABEL})*)")
PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~.,:;()-]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
BYTES_OF_A_WORD = 42  # so that an encoded word in base64 has at most 75 characters (RFC 2047, 2)


def typed(text: str) -> str:
    """What somebody typed as their address, in ASCII, its domain as the DNS knows it (RFC 5891), so that every mail
    server takes it. Raises ValueError."""
    try:
        address = validate_email(
            text.strip(), allow_smtputf8=False, check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None
    if address.ascii_email is None or ("." not in address.domain and address.domain.lower() != "localhost"):
        raise ValueError("This is not an e-mail address.")
    return address.ascii_email


def written(address: str) -> str:
    """An address for a header; nothing is parsed or decoded. Raises ValueError when it is not one of ASCII atoms.

    A local part that looks like an encoded word (RFC 2047) is quoted: inside quotes it is none.
    """
    parts = ADDRESS.fullmatch(address)
    if parts is None or len(address) > LONGEST:
        raise ValueError("This address cannot be written into a mail.")
    local, domain = parts.groups()
    return f'"{local}"@{domain}' if "=?" in local else address


def encoded(name: str) -> str:
    """A display name for a header: quoted when it is plain, else encoded words in UTF-8 (RFC 2047)."""
    if PLAIN_NAME.fullmatch(name):
        return f'"{name}"'
    words, word = [], b""
    for character in name:
        if len(word) + len(character.encode()) > BYTES_OF_A_WORD:
            words.append(word)
            word = b""
        word += character.encode()
    return " ".join(f"=?utf-8?b?{b64encode(one).decode()}?=" for one in [*words, word])


@dataclass(frozen=True)
class Sender:
    """MAIL_FROM: an address, and perhaps a name in front of it."""

    address: str
    name: str = ""

    @classmethod
    def of(cls, text: str) -> Self:
        """Reads `address` or `Name <address>`. Raises ValueError."""
        name, bracket, address = text.strip().rpartition("<")
        if bracket:
            if not address.endswith(">"):
                raise ValueError("This is not an e-mail address.")
            address = address[:-1]
        else:
            name = ""
        name = name.strip().removeprefix('"').removesuffix('"')
        if CONTROL.search(name):
            raise ValueError("The name holds a control character.")
        written(address)
        return cls(address, name)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def header(self) -> str:
        """As the value of From."""
        return f"{encoded(self.name)} <{written(self.address)}>" if self.name else written(self.address)
