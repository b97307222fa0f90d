"""What the log may say of a shared storage of the rate limits that fails: its own sentence, never what was sent.

Redis and Valkey speak of the state that they are in ("NOAUTH Authentication required.", "READONLY You can't write
against a read only replica."), and in some sentences quote a command's arguments, which hold addresses and accounts.
"""

from collections.abc import Iterable

from limits.errors import StorageError

QUOTES = ", with args beginning with"  # so Redis begins to quote an unknown command's arguments
LONGEST = 300


def said(error: BaseException, sent: Iterable[str] = ()) -> str:
    """The class of an error, with the sentence of the server, of its client or of the system; without the sentence
    where the server's holds any of what was `sent`."""
    from redis.exceptions import ResponseError  # here, since who counts in memory needs no Redis client

    if isinstance(error, StorageError):
        error = error.storage_error
    sentence = str(error).partition(QUOTES)[0]
    if isinstance(error, ResponseError) and any(part and part in sentence for part in sent):
        sentence = ""
    line = "".join(character for character in " ".join(sentence.split()) if character.isprintable())[:LONGEST]
    return f"{type(error).__name__}: {line}" if line else type(error).__name__
