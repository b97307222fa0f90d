"""A score that a model states in words instead of JSON: one number beyond doubt, or the reason why there is none."""

import re

from app.ai.completion_reader import Unacceptable
from app.ai.invisible import hidden
from app.ai.score_words import IS, LABEL, OF_ALL, OUT_OF, SAID_OF_THE_SCORE, SAID_OF_THE_WORK, TO_THE_WORK, UNIT

ODD_BLANK = re.compile(r"[^\S \t\n\u00a0\u202f]")
BLANKS = re.compile(r"[ \t\u00a0\u202f]+")

STATEMENT = re.compile(
    rf"(?:(?:{SAID_OF_THE_WORK}|{SAID_OF_THE_SCORE})[ ]?)?"
    rf"(?P<score>(?<![0-9])[0-9]+)(?:[ ]?(?:{UNIT}))?"
    rf"(?:[ ]?\((?:{OUT_OF}|max\.?|maximum)[ ]?(?P<maximum>[0-9]+)\)"
    rf"|[ ]?{OUT_OF}[ ]?(?:{OF_ALL}[ ])?(?P<of>[0-9]+)(?:[ ]possible)?(?:[ ]?(?:{UNIT}))?)?"
    rf"(?:[ ](?:{TO_THE_WORK}))?",
    re.IGNORECASE,
)
"""`17 points`, `Points: 17`, `I give the text 17 out of 20 points`: one sentence, and nothing else in it."""

EMPHASISED = re.compile(r"(?<![^ :])(?P<mark>\*\*\*|\*\*|__|\*|_|`)(?P<inside>[^*_`]+)(?P=mark)(?![^ .])")

MARK = r"\*\*|__|\*|_|`|"
LABELLED = re.compile(
    rf"(?:\#{{1,6}}[ ]|[-*][ ])?(?P<m1>{MARK})(?:{LABEL})"
    rf"(?:[ ]\((?:{OUT_OF}|max\.?|maximum|0[ ]?[-–])[ ]?(?P<scale>[0-9]+)\))?"
    rf"(?P<m2>{MARK})[ \u00a0\u202f]?[:=：](?P<m3>{MARK})[ \u00a0]{{0,4}}(?P<m4>{MARK})"
    rf"(?P<score>[0-9]+)(?:[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+))?(?:[ ]?(?:{UNIT}))?(?:\.(?=[*_`]))?(?P<m5>{MARK})",
    re.IGNORECASE,
)
"""`**Score (out of 10):** 8/10 points`: a label, a colon, and digits with nothing trimmed off them."""

BARE = re.compile(rf"(?P<score>[0-9]+)(?:[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+))?", re.IGNORECASE)
IN_WORDS = re.compile(
    rf"(?:[#*_> -]{{0,6}})(?:{LABEL})[*_]{{0,2}}[ ]?[:=][*_ ]{{0,6}}[^\W\d]+[*_.]{{0,3}}", re.IGNORECASE
)
CLAIM = re.compile(
    rf"(?<!\w)(?:(?:{LABEL})[*_`]{{0,2}}[ \u00a0\u202f]?(?:[:=：]|\b{IS}\b)[*_` ]{{0,6}}"
    rf"(?P<after>[-−+]?[0-9][^\s*_`]{{0,20}})"
    rf"|(?P<part>[0-9]+)[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+)|{OUT_OF}[ ]?[0-9]+|(?P<points>[0-9]+)[ ]?(?:{UNIT})(?!\w))",
    re.IGNORECASE,
)
"""What may contradict: a label with a number, a fraction, a number of points that is not a maximum."""


def stated_score(body: str, max_score: int) -> str:
    """The digits of the score that `body` states: it is one statement, or its last line is a labelled one.

    A last line counts only with a label and when no line before it says otherwise: without one, nobody knows whose
    points they are. Raises Unacceptable.
    """
    if ODD_BLANK.search(body) or any(hidden(body)):
        raise Unacceptable("odd_characters")
    *before, last = (line.strip(" \t") for line in body.split("\n") if line.strip(" \t"))
    if not before and (statement := STATEMENT.fullmatch(_plain(last))):
        return _of_maximum(statement, max_score, "of", "maximum")
    labelled = _labelled(last)
    if labelled is None:
        raise Unacceptable(_why_not(last))
    score = _of_maximum(labelled, max_score, "of", "scale")
    if any(_labelled(line) for line in before):
        raise Unacceptable("repeated")  # also when it is equal: it may be the score of one criterion after another
    if any(_contradicts(line, score, str(max_score)) for line in before):
        raise Unacceptable("contradicted")
    return score


def states_other(line: str, score: str, max_score: int) -> bool:
    """Does `line`, the value of a further key, state a score and not this one?"""
    line = line.strip()
    stated = BARE.fullmatch(line) or LABELLED.fullmatch(line) or STATEMENT.fullmatch(_plain(line))
    return stated is not None and (stated["score"] != score or stated["of"] not in (None, str(max_score)))


def _plain(line: str) -> str:
    """`line` without its full stop and the emphasis that is opened and closed in it, its blanks single and plain."""
    plain = BLANKS.sub(" ", line)
    for _ in range(2):  # **17.** and **17**.
        plain = EMPHASISED.sub(lambda found: found["inside"], plain.removesuffix(".") if plain[-2:] != ".." else plain)
    return plain


def _of_maximum(match: re.Match[str], max_score: int, *groups: str) -> str:
    """The score of `8` or `8/10`, the latter only when 10 is the maximum."""
    if any(match[group] not in (None, str(max_score)) for group in groups):
        raise Unacceptable("other_maximum")
    return match["score"]


def _labelled(line: str) -> re.Match[str] | None:
    """The labelled score that `line` is, its emphasis opened and closed by the same sign: not `Score: 8*`."""
    match = LABELLED.fullmatch(line.removesuffix("."))
    if match is None:
        return None
    marks = [mark for mark in (match[f"m{n}"] for n in range(1, 6)) if mark]
    return match if len(marks) % 2 == 0 and marks[::2] == marks[1::2] else None


def _contradicts(line: str, score: str, max_score: str) -> bool:
    """Does an earlier line state a score other than `score`, in digits or in words, or other points?

    Fractions of another maximum are the scores of criteria; they are not summed and contradict nothing.
    """
    if IN_WORDS.fullmatch(line) or ((bare := BARE.fullmatch(line.removesuffix("."))) and bare["score"] != score):
        return True
    return any(_other(claim, score, max_score) for claim in CLAIM.finditer(line))


def _other(claim: re.Match[str], score: str, max_score: str) -> bool:
    if claim["after"]:
        return claim["after"].rstrip(".,;:)!") not in (score, f"{score}/{max_score}")
    if claim["part"]:
        return claim["of"] == max_score and claim["part"] != score
    return claim["points"] not in (None, score)


WHY_NOT = (
    ("other_digits", re.compile(r"(?![0-9])[\d²³¹½¼¾①-⓿Ⅰ-ↈ]")),
    ("percentage", re.compile(r"[0-9]\s?(?:%|percent|procent|prozent)", re.IGNORECASE)),
    ("grouped_digits", re.compile(r"(?<![0-9])[0-9]{1,3}(?:[.,' \u00a0\u202f’_][0-9]{3})+(?![0-9])")),
    ("decimal", re.compile(r"[0-9][.,][0-9]|(?<![0-9])[.,][0-9]|[0-9]e[+-]?[0-9]", re.IGNORECASE)),
    ("range", re.compile(r"[0-9]\s?(?:[-–—~]|to|till|bis|à|a|or|eller|oder|ou|o)\s?[0-9]", re.IGNORECASE)),
    ("signed", re.compile(r"(?:^|[\s:=])[-−–+±~≈<>≤≥]\s?[0-9]")),
    ("several_numbers", re.compile(r"[0-9][^0-9]+[0-9]")),
    ("prose", re.compile(r"[0-9]")),
)


def _why_not(line: str) -> str:
    return next((reason for reason, sign in WHY_NOT if sign.search(line)), "no_number")
