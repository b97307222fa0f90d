"""Where requests are counted, as RATE_LIMIT_STORAGE_URL names it."""

import re

SENTENCE = (
    "This is not memory://, nor redis://, rediss://, valkey:// or valkeys:// with a host, and at most user:pass@, a"
    " port and a number of the database (special characters of the password are percent-encoded, / as %2F)."
)
IN_PROCESS = "memory://"
PORT = 6379
WHO = r"(?:[^\s/?#]*@)?"
HOST = r"(?:[^\s/?#@:,\[\]]+|\[[0-9a-fA-F:.]+\])"
ONE = re.compile(
    rf"(?:redis|valkey)(?P<tls>s?)://(?P<who>{WHO})(?P<host>{HOST})(?::(?P<port>\d{{1,5}}))?(?P<rest>/?\d*(?:\?[^\s#]*)?)"
)
# What the library knows besides; it says of each more than could be checked here.
OTHERS = re.compile(
    rf"(?:redis|valkey)\+(?:unix://{WHO}/\S+|(?:cluster|sentinel)://{WHO}"
    rf"{HOST}:\d{{1,5}}(?:,{HOST}:\d{{1,5}})*(?:/\S*)?)"
)


def read(url: str) -> str | None:
    """The URL as the library `limits` has it, Valkey being one that speaks Redis; None: each process counts by itself.

    Raises ValueError, whose sentence holds nothing of the URL.
    """
    if url in (IN_PROCESS, "memory:"):
        return None
    if OTHERS.fullmatch(url):
        return url.replace("valkey", "redis", 1) if url.startswith("valkey") else url
    found = ONE.fullmatch(url)
    if found is None or not 0 < int(found["port"] or PORT) < 65536:
        raise ValueError(SENTENCE)
    return f"redis{found['tls']}://{found['who']}{found['host']}:{found['port'] or PORT}{found['rest']}"
