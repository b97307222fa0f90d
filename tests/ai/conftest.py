"""What the tests of the AI layer share."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
