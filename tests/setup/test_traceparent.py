"""Which `traceparent` headers are believed (W3C Trace Context, level 2)."""

import pytest

from app.traceparent import read, span_id, trace_id

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GOOD = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (GOOD, GOOD), (GOOD[:-1] + "0", GOOD[:-1] + "0"), (GOOD[:-1] + "3", GOOD[:-1] + "3"),
        (f"cc{GOOD[2:]}-what-comes-later", GOOD), (f"cc-{TRACE}-{SPAN}-ff", GOOD), (f"cc{GOOD[2:]}", GOOD),
    ],
)  # fmt: skip
def test_what_is_well_formed_is_kept_and_a_later_version_is_read_as_this_one(sent: str, kept: str) -> None:
    assert read(sent.encode()) == kept
    assert (trace_id(kept), span_id(kept)) == (TRACE, SPAN)


@pytest.mark.parametrize(
    "sent",
    [
        "", "garbage", GOOD.upper(), GOOD + "-more", GOOD + " ", GOOD[:-1], f"ff{GOOD[2:]}",
        f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE[:-1]}-{SPAN}-01", f"cc{GOOD[2:]}.",
        GOOD[:-1] + "g",
        GOOD + "\n", f"{GOOD},{GOOD}", "00-\u0660" + GOOD[4:],
    ],
)  # fmt: skip
def test_what_is_malformed_is_ignored(sent: str) -> None:
    assert read(sent.encode()) == ""
