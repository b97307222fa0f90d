"""What one statement answers: its one column is the body, a text is a file, a gradebook comes in pieces."""

import re
import unicodedata
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from app.web.errors import ApiError
from app.web.request import Request, raw
from app.web.route import CSV, JSON, PLAIN

CHUNK = 65_536  # bytes of a body in pieces that go out at once


async def query(request: Request) -> Response:
    """One statement with everything that was sent."""
    return await answer(request, await request.arguments())


async def answer(request: Request, values: Mapping[str, Any], query: str = "") -> Response:
    """What the route's statement, or `query` in its place, answers. 404 for nothing, 204 where the route says so."""
    route = request.route
    if route.status == 204:
        await request.rows(route.query, values)
        return Response(status_code=204)
    return Response(column(await request.act(query or route.query, values)), route.status, media_type=JSON)


def column(row: Any) -> bytes:
    """The body that a statement made, its last column. 404 when there is none."""
    if row[-1] is None:
        raise ApiError("not_found")
    return raw(row[-1])


async def download(request: Request) -> Response:
    """A text (name, content) as a file. 404 when there is none."""
    name, content = await request.row(request.route.query, await request.arguments(), read=True)
    return Response(content, headers={"Content-Disposition": disposition(name)}, media_type=PLAIN)


async def pieces(request: Request) -> Response:
    """JSON, or CSV for those that prefer it; line by line, so that a large one is in memory once."""
    route = request.route
    query = route.csv_query if request.accepted == CSV else route.query
    rows = await request.rows(query, await request.arguments(), read=True)
    if not rows:
        raise ApiError("not_found")
    parts = [raw(row["piece"]) for row in rows]
    headers = {"Content-Length": str(sum(map(len, parts)))}
    if rows[0]["name"]:
        headers["Content-Disposition"] = disposition(rows[0]["name"])
    return StreamingResponse(chunks(parts), headers=headers, media_type=request.accepted)


async def chunks(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in chunks of CHUNK or a little more; each is sent when the client has taken the one before."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting.clear()
            size = 0
    if waiting:
        yield b"".join(waiting)


# Letters that no decomposition makes ASCII.
LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "þ": "th"}
)


def disposition(name: str) -> str:
    """RFC 6266: a name in ASCII for every client, and the exact one for those that know RFC 8187."""
    letters = unicodedata.normalize("NFKD", name.translate(LETTERS)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", letters).strip("-.") or "download"
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{exact}'
