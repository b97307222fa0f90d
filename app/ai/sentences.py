"""What the log may say of a failed AI call: the provider's own sentence, as far as it is in words of its own.

A provider may quote what it was sent: the end of a key ("Incorrect API key provided: sk-…abcd"), an organisation's
name, a part of the prompt; a gateway in between may quote all of it, in whatever encoding. So a sentence is shown word
by word: plain words and those in which providers speak of keys, limits, models and requests, and `…` for every other
one, for every number, and for what stands in quotation marks. When too few of its words are a provider's, or five in a
row stand in what it was sent, nothing of it is shown.
"""

import os
import re
import ssl
from collections.abc import Iterator

LONGEST = 300
LEAST_KNOWN = 0.6
RUN = 5

TELLING = frozenset(
    """
    access according account accounts action active add additional adjust admin administrator again allow allowed
    already anthropic anymore api assistant attempt attempts authentication authorization available bad balance
    bandwidth based billing blocked body bytes call calls capacity changed characters check choose client code com
    completion completions concurrency concurrent configuration configured connection contact content context
    conversation country create credentials credit credits crossed current currently daily deactivated deadline
    deleted deprecated details detected disabled docs documentation email empty enable enabled encountered endpoint
    engine error errors exceed exceeded exceeds exist expected expired failed feature field fields filter filtered
    filtering flagged forbidden format gateway general grant group guide header headers help host http https id
    image incorrect increase information input inputs instead insufficient internal invalid ip issue json key keys
    known larger length limit limited limits list load max maximum member members message messages method min
    minimum missing model models network null object openai operation option org organization organizations output
    overloaded parameter parameters parse payload payment permission permissions plan platform policies policy
    potentially process processed processing project projects prompt properties property provide provided purchase
    quota rate reached reasoning received reduce refused regain region regional rejected remove repeated replaced
    request requested requests require required requires resource resources response resubmit result resulted resume
    retired retry roles rpm safety schema scope scopes second seconds send sent server service service's setting
    settings specified spend spending status stop stopped stream string structured succeeded successfully support
    supported supports system temporarily temporary territory threshold throttled tier timed timeout token tokens
    tool tools tpm unable unauthorized unavailable unexpected unknown unprocessable unrecognized unsupported update
    upgrade upstream url usage user valid validation value values verified verify version via violated violates
    violating website workspace x-api-key
    """.split()  # noqa: SIM905 - read as a text
)
# Of any sentence: shown, but they say nothing about whose it is.
PLAIN = frozenset(
    """
    a about above after all also an and another any are as at be because been before being below between both but by
    can cannot change could day days did different do does down due during each either end enough find first for
    found from full get go great greater had has have high higher hour hours how however if in is it its large last
    later least less like long longer low lower make many may minute minutes month monthly more most must name need
    needed new no not nothing number of off on once one only or other our out over owner page part pass per please
    reach read reason role see seem seems set should size slow so something soon sorry still such team text than
    that the their them then there these they this those through time times to too top total try type under
    understand until up use used using visit was we week were when which while will with within without would wrong
    year you your
    """.split()  # noqa: SIM905 - read as a text
)
# Of requests to both providers; what else a row of assay.ai_models may hold is named by the row itself.
PARAMETERS = frozenset(
    """
    frequency_penalty json_object json_schema max_completion_tokens max_output_tokens max_tokens messages metadata model
    n output_config presence_penalty reasoning_effort response_format schema seed service_tier stop stop_sequences store
    stream strict system temperature text thinking tool_choice tools top_k top_p user
    """.split()  # noqa: SIM905 - read as a text
)
_QUOTED = re.compile(r"[\"“”`][^\"“”`]*[\"“”`]|(?<!\w)['‘][^'’]*['’](?!\w)")
_PRINTED = frozenset(map(chr, range(33, 127))) | set("…“”‘’")
_EDGES = ".,:;!?()[]{}<>\"'`“”‘’"


def shown(sentence: object, sent: str = "") -> str:
    """What may be shown of a provider's sentence; empty when that is too little.

    `sent`: the texts of strangers in what the provider was asked.
    """
    if not isinstance(sentence, str) or _quotes(sentence[: 2 * LONGEST], sent):
        return ""
    spared = _QUOTED.sub(lambda quoted: _name_in(quoted[0]), sentence[: 2 * LONGEST])
    kept = [(word, _word(word)) for word in spared.split()]
    counted = [shown for word, shown in kept if _bare(word) not in PLAIN and not any(map(str.isdigit, word))]
    if not counted or sum("…" not in shown for shown in counted) < LEAST_KNOWN * len(counted):
        return ""
    return re.sub(r"…(?: …)+", "…", " ".join(shown for _, shown in kept))[:LONGEST]


def _quotes(sentence: str, sent: str) -> bool:
    """Whether RUN words in a row stand in both."""
    words, text = sentence.casefold().split(), f" {' '.join(sent.casefold().split())} "
    return any(f" {' '.join(words[n : n + RUN])} " in text for n in range(len(words) - RUN + 1))


def _name_in(quoted: str) -> str:
    """A parameter's name keeps its quotation marks; anything else in them goes."""
    inside = quoted[1:-1].strip()
    return quoted if inside in PARAMETERS else f"{quoted[0]}…{quoted[-1]}"


def _bare(word: str) -> str:
    return word.strip(_EDGES).lower().removesuffix("'s").removesuffix("’s")


def _word(word: str) -> str:
    """The word, or `…` with the punctuation around it."""
    bare = word.strip(_EDGES)
    if not set(word) <= _PRINTED:
        return "…"
    if not bare or _bare(word) in TELLING or _bare(word) in PLAIN or bare in PARAMETERS:
        return word
    before, _, after = word.partition(bare)
    return f"{before}…{after}"


def of_the_system(error: BaseException) -> str:
    """What the operating system or TLS said about a connection that failed, by number: no text of another's making."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"certificate verification failed ({cause.verify_code})"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed ({cause.reason})" if re.fullmatch(r"[A-Z0-9_]+", str(cause.reason)) else "TLS failed"
        if isinstance(cause, OSError) and isinstance(cause.errno, int):
            return os.strerror(cause.errno) if cause.errno > 0 else "the name of the host could not be resolved"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, at most so many."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = getattr(error, "os_error", None) or error.__cause__ or error.__context__
