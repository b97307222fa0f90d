"""W3C Trace Context: the trace that a request belongs to, as a proxy or a client names it in `traceparent`.

assay records no spans of its own. What came is passed on as it came: into the lines of the log, to the job, and with
the calls of AI providers, so that theirs hang below the span of whoever asked. Where none came none is made up: a trace
that nobody records would lead nowhere, and the correlation id is there anyway. `tracestate` is not passed on: it may
tell a provider things about somebody else's systems.
"""

import re
from contextvars import ContextVar

HEADER = b"traceparent"
# Of the request or job that this code works for, in the form of version 00; empty: there is none.
traceparent: ContextVar[str] = ContextVar("traceparent", default="")

_FORM = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x20-\x7e]*)?")
_SAMPLED = 1


def read(value: bytes) -> str:
    """A header's value in the form of version 00; empty when it is malformed. Of a later version the parts that every
    version has are kept, and of the flags the one."""
    found = _FORM.fullmatch(value)
    if found is None:
        return ""
    version, trace, span, flags, more = found.groups()
    if version == b"ff" or not trace.strip(b"0") or not span.strip(b"0") or (version == b"00" and more is not None):
        return ""
    kept = int(flags, 16) if version == b"00" else int(flags, 16) & _SAMPLED
    return f"00-{trace.decode()}-{span.decode()}-{kept:02x}"


def trace_id(value: str) -> str:
    """The id of the trace in what `read` answered."""
    return value[3:35]


def span_id(value: str) -> str:
    """The id of the span that asked, in what `read` answered."""
    return value[36:52]
