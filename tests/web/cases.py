"""Cases over HTTP: what their tests share."""

import asyncio
from typing import Any

from tests.web.conftest import Assay


async def done(assay: Assay, teacher: str, case: str) -> dict[str, Any]:
    """The case once no try of it runs."""
    async with asyncio.timeout(300):
        while (shown := await assay.ask("GET", f"/teacher/cases/{case}", teacher))["status"] == "running":
            await asyncio.sleep(0.05)
    found: dict[str, Any] = shown
    return found
