"""A way to a server that may be cut, frozen or narrowed, and lists of hosts that lead there."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict


@contextmanager
def hanging() -> Iterator[int]:
    """The port of a host that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def dropping() -> Iterator[int]:
    """The port of a host that answers no attempt to connect: its queue is full, so the kernel drops what comes."""
    with ExitStack() as open_sockets:
        server = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            client = open_sockets.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def several(url: str, *before: int, **parameters: str) -> str:
    """The database at `url` as the last host of a list, after these ports of this machine."""
    known = conninfo_to_dict(url)
    hosts = ["127.0.0.1"] * len(before) + [str(known.pop("host"))]
    ports = [*map(str, before), str(known.pop("port", None) or 5432)]
    query = {**known, "host": ",".join(hosts), "port": ",".join(ports), **parameters}
    return f"postgresql://?{urlencode(query, quote_via=quote)}"


class Wire:
    """The way to a server, which may be cut, or frozen: then connections are taken and nothing is heard. It counts who
    begins to walk it."""

    def __init__(self, url: str) -> None:
        known = conninfo_to_dict(url)
        self.host, self.port = str(known.pop("host")), int(known.pop("port", None) or 5432)
        self.known, self.cut, self.begun, self.open = known, False, 0, list[asyncio.StreamWriter]()
        self.port_here = 0
        self.moving = asyncio.Event()
        self.moving.set()

    async def walk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.begun += 1
        if self.cut:
            writer.close()
            return
        if self.host.startswith("/"):
            back, forth = await asyncio.open_unix_connection(f"{self.host}/.s.PGSQL.{self.port}")
        else:
            back, forth = await asyncio.open_connection(self.host, self.port)
        self.open += [writer, forth]
        await asyncio.gather(self.carried(reader, forth), self.carried(back, writer))

    async def carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while some := await reader.read(65536):
                await self.moving.wait()
                writer.write(some)
        except OSError:
            pass
        finally:
            writer.close()

    def break_off(self) -> None:
        self.cut = True
        while self.open:
            self.open.pop().close()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """The URL at its other end, whose sessions know where they are."""
        server = await asyncio.start_server(self.walk, "127.0.0.1", 0)
        self.port_here = port = server.sockets[0].getsockname()[1]
        query = urlencode({**self.known, "options": "-c toy.place=replica"}, quote_via=quote)
        try:
            yield f"postgresql://127.0.0.1:{port}?{query}"
        finally:
            server.close()
            self.moving.set()
            self.break_off()


class Pooler(Wire):
    """A way to the server on which the parameter `role` gets lost, as in a pooler that ignores it."""

    async def walk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(8)
        rest = await reader.readexactly(int.from_bytes(head[:4]) - 8)
        if not rest:  # asks for TLS
            writer.write(b"N")
            return await self.walk(reader, writer)
        rest = rest.replace(b"role\0assay_api\0", b"")
        to_walk = asyncio.StreamReader()
        to_walk.feed_data((len(rest) + 8).to_bytes(4) + head[4:] + rest)
        to_walk.feed_data(b"")
        asyncio.get_running_loop().create_task(poured(reader, to_walk))
        await super().walk(to_walk, writer)
        return None


async def poured(reader: asyncio.StreamReader, into: asyncio.StreamReader) -> None:
    while some := await reader.read(65536):
        into.feed_data(some)
    into.feed_eof()
