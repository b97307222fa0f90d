"""Links for mail: made where a request is answered, sealed until a process sends them."""

from dataclasses import dataclass

from app.security.keyring import Ring
from app.security.passwords import digest, new_token


@dataclass(frozen=True, slots=True)
class MailLinks:
    """`prefix` is what every link begins with (Settings.link_prefix)."""

    ring: Ring
    prefix: str

    def new(self) -> dict[str, bytes]:
        """The parameters of a statement that may queue mail: the token's digest, and the sealed link."""
        token = new_token()
        token_digest = digest(token)
        return {
            "link_digest": token_digest,
            "sealed_link": self.ring.seal_link(token_digest, self.prefix, token),
        }
