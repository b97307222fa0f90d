"""The body of a provider's response: unpacked piece by piece, counted, and given up beyond a limit."""

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx2

LARGEST_BODY_BYTES = 1_000_000  # unpacked; the longest template, every character escaped twice, is a fifth of it
ENCODINGS = "gzip, deflate"  # what is asked for; both are unpacked here, in pieces
PIECE_BYTES = 65_536
_ANY_HEADER = 32 + zlib.MAX_WBITS  # zlib's own code for "gzip or zlib, whichever it is"


class BodyRefused(httpx2.DecodingError):
    """The body is too large, or cannot be unpacked. The SDKs report it as the cause of a connection error."""


async def limit_body(response: httpx2.Response) -> None:
    """A response hook of the HTTP client: whoever reads the body from here on reads it unpacked and within the limit.

    The client would unpack each piece whole, whatever comes of it: 0.6 MB of gzip are 600 MB of blanks.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "deflate"):
        raise BodyRefused("a content encoding that was not asked for", request=response.request)
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _LimitedBody(response.stream, packed=encoding != "identity")
    if encoding != "identity":
        del response.headers["content-encoding"]


class _LimitedBody(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, packed: bool) -> None:
        self._stream = stream
        self._unpacker = zlib.decompressobj(_ANY_HEADER) if packed else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = unpacked = 0
        async for chunk in self._stream:
            received += len(chunk)
            for piece in self._unpacked(chunk):
                unpacked += len(piece)
                _check(unpacked)
                yield piece
            _check(received)  # a packed body may go on without ever saying anything
        if received and self._unpacker is not None and not self._unpacker.eof:
            raise BodyRefused("the packed body ended too early")

    async def aclose(self) -> None:
        await self._stream.aclose()

    def _unpacked(self, chunk: bytes) -> Iterator[bytes]:
        if self._unpacker is None:
            yield chunk
            return
        while True:
            try:
                piece = self._unpacker.decompress(chunk, PIECE_BYTES)
            except zlib.error:
                raise BodyRefused("the body is not packed as it says") from None
            yield piece
            chunk = self._unpacker.unconsumed_tail
            if not chunk and len(piece) < PIECE_BYTES:
                return


def _check(length: int) -> None:
    if length > LARGEST_BODY_BYTES:
        raise BodyRefused("the body is too large")
