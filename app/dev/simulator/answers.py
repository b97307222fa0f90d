"""What the simulated model says: a score or a template, from nothing but the text it was given."""

import itertools
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from app.dev.simulator.directives import without_markers
from app.dev.simulator.marking import criteria_for, marks_for
from app.dev.simulator.schemas import fitting

HALFWAY = 30  # distinct words that earn half of the points
DEFAULT_MAXIMUM = 100  # when no maximum is to be found in a grading request
FEEDBACK = "The text addresses the task; more precise terms and examples would strengthen it."
NONSENSE = "What a lovely text! I enjoyed reading it very much and would need more time to say how good it is."
TEMPLATE_NAMES = ("correction_template", "template")
MAXIMUM_NAMES = ("max_score", "maximum_score", "maximum", "max_points", "max")

_N = r"(?<![\d.,])(\d{1,6})(?!\d|[.,]\d)"
_UNIT = (
    r"(?!\s*(?:%|per cent|words?|pages?|minutes?|lines?|sentences?|sources?|characters?|ord|sidor|minuter|meningar|"
    r"Wörter|Seiten|Minuten|Sätze|mots|phrases|palabras|páginas|minutos))"
)
_RANGE = re.compile(
    rf"(?<![\d.,-])0\s*(?:to|and|through|-|–|—|\.\.\.?|…|till|och|bis|und|à|a|et|y|hasta)\s*{_N}{_UNIT}"
    rf"|\bout of\s+{_N}{_UNIT}|\bvon\s+{_N}\s*Punkten",
    re.IGNORECASE,
)
_MAXIMUM = re.compile(
    r"(?:max(?:imum|imal\w*|imo|ima)?|max_score|maxpoäng|högst|höchst\w*|upp till|up to|at most|bis zu|jusqu'à|hasta)"
    rf"(?![a-z])[^\d\n.!?]{{0,40}}?{_N}{_UNIT}",
    re.IGNORECASE,
)
_POINTS = re.compile(rf"{_N}\s*(?:gold coins|points?|pts?|poäng|p\b|Punkte?n?|puntos?|marks)\b", re.IGNORECASE)
_FENCE = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a request says, whichever service it went to."""

    system: str
    user: str
    schema: dict[str, Any] | None
    schema_name: str = ""

    @property
    def kind(self) -> str:
        """What is asked for (directives.KINDS): by the schema's properties, else by the system prompt's words."""
        names = set(self.schema.get("properties", ())) if self.schema else set()
        if "marks" in names:
            return "marking"
        if "criteria" in names:
            return "rubric"
        if "score" in names:
            return "grading"
        if names.intersection(TEMPLATE_NAMES):
            return "template"
        told = self.system.lower()
        for quoted, kind in (
            ('"marks"', "marking"),
            ('"criteria"', "rubric"),
            ('"score"', "grading"),
            ('"correction_template"', "template"),
            ('"template"', "template"),
        ):
            if quoted in told:
                return kind
        named = re.search(r"score|grade|grading|template", told)
        return "other" if named is None else "template" if named[0] == "template" else "grading"


def untrusted(user: str) -> tuple[str, str]:
    """The last text between two fences that is not blank, and the rest of the message.

    A fence is a short line (at most 80 characters) that holds 32 hex digits, the same as in the last such line.
    Without fences the whole message is that text, and the rest is empty.
    """
    lines = user.splitlines()
    marks = [
        (number, found[0]) for number, line in enumerate(lines) if len(line) <= 80 and (found := _FENCE.search(line))
    ]
    fences = [number for number, mark in marks if mark == marks[-1][1]]
    for first, last in reversed(list(itertools.pairwise(fences))):
        inside = "\n".join(lines[first + 1 : last])
        if inside.strip():
            return inside, "\n".join(lines[: first + 1] + lines[last:])
    return user, ""


def _numbers(pattern: re.Pattern[str], text: str) -> list[int]:
    unfenced = _FENCE.sub(" ", text)  # a mark such as b0a47… reads like a range to Spanish eyes
    return [int(group) for match in pattern.finditer(unfenced) for group in match.groups() if group is not None]


def maximum_in(text: str) -> int | None:
    """The highest possible score that instructions name: one maximum or range, else one mention of points."""
    stated = {*_numbers(_RANGE, text), *_numbers(_MAXIMUM, text)} or _numbers(_POINTS, text)
    return next(iter(stated)) if len(stated) == 1 else None


def score_of(text: str, maximum: int) -> int:
    """maximum x d / (d + 30), rounded half up, where d counts the text's distinct words without regard to case."""
    distinct = len({word.casefold() for word in _WORD.findall(text)})
    return (2 * maximum * distinct + distinct + HALFWAY) // (2 * (distinct + HALFWAY))


def graded(prompt: Prompt) -> int:
    """The score of the student's text, within the maximum that the schema or the messages name."""
    rule = (prompt.schema or {}).get("properties", {}).get("score", {})
    text, around = untrusted(prompt.user)
    stated, described = rule.get("maximum"), str(rule.get("description", ""))
    maximum = stated if isinstance(stated, int) else None
    for source in (described, prompt.system, around):
        if maximum is None:
            maximum = next(iter(_numbers(_RANGE, source)), maximum_in(source))
    return score_of(without_markers(text), DEFAULT_MAXIMUM if maximum is None else maximum)


def template_for(instructions: str, maximum: int | None) -> str:
    """A correction template that names the instructions' most frequent longer words and no number but the maximum."""
    words = Counter(word.casefold() for word in _WORD.findall(instructions) if len(word) > 5)
    terms = ", ".join(sorted(words, key=lambda word: (-words[word], word))[:8]) or "the task as it was set"
    total = f"The highest possible score is {maximum} points.\n" if maximum is not None else ""
    return (
        "Correction template\n"
        f"{total}"
        "Half of the points: the text answers the task that was set and its statements are correct.\n"
        f"A quarter of the points: it uses and explains these terms: {terms}.\n"
        "A quarter of the points: it has a beginning, a middle and an end, and its language is clear.\n"
    )


def spoken(prompt: Prompt, words: dict[str, str]) -> str:
    """The model's text: a JSON object where the request asks for one, else a plain sentence."""
    kind = prompt.kind
    if "answer" in words:
        return words["answer"]
    if "nonsense" in words:
        return NONSENSE
    known: dict[str, Any] = {}
    if kind == "grading":
        known["score"] = int(words["score"]) if "score" in words else graded(prompt)
    if kind == "marking":
        known |= marks_for(prompt.user, words, with_comment="A comment is wanted" in prompt.system)
    if kind in ("template", "rubric"):
        instructions, around = map(without_markers, untrusted(prompt.user))
        stated = maximum_in(around)
        maximum = maximum_in(instructions) if stated is None else stated
        maximum = int(words["max-score"]) if "max-score" in words else maximum
    if kind == "rubric":
        known |= criteria_for(instructions, maximum)
    if kind == "template":
        known |= dict.fromkeys(TEMPLATE_NAMES, template_for(instructions, maximum))
        known |= dict.fromkeys(MAXIMUM_NAMES, maximum)
    if prompt.schema is not None:
        properties = prompt.schema.get("properties", {})
        return json.dumps(
            {name: fitting(name, rule, known, FEEDBACK) for name, rule in properties.items()}, ensure_ascii=False
        )
    asked = {name: value for name, value in known.items() if f'"{name}"' in prompt.system}
    if asked:
        return json.dumps(asked, ensure_ascii=False)
    return {
        "grading": f"Score: {known.get('score')}",
        "template": str(known.get("template")),
        "rubric": NONSENSE,
        "marking": NONSENSE,
        "other": "OK",
    }[kind]
