"""A GIFT file as questions in the form of the HTTP API, each with the line it begins at.

What no kind of question can hold is refused at its line: a description, an essay without a guide, weights other than
those by which a kind is marked, wildcards, and what is told for any wrong number. Categories and comments are
read over.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal, DecimalException
from itertools import islice
from typing import Any, NamedTuple

from app.gift.marks import MEANT, UNSAYABLE, masked, meant

Question = dict[str, Any]

NAME = re.compile(r"\s*::(.*?)::", re.S)
WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d+)?)%")
ANSWERS = re.compile(r"([=~])([^=~]*)")
FEEDBACK = re.compile(r"#[^=~]*")
GENERAL = "####"
BLANK = "_____"  # where the answer stood within the text, as Moodle shows it
TRUE, FALSE = ("T", "TRUE"), ("F", "FALSE")
MOST = 1_000  # coins that a question may be worth
MOST_QUESTIONS, MOST_ANSWERS = 101, 51  # one more than there may be: what follows is not read, and refused anyway
FARTHEST = 30  # digits in front of a decimal point, or zeros behind it: a number written 1e9999999999 fills the memory
NEAR = 0.1  # per cent: thirds are written 33.3 and 33.33333


class GiftError(ValueError):
    """What cannot be read, and where."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.problem = line, problem


class Answer(NamedTuple):
    """One of those between the braces."""

    sign: str
    weight: float | None
    text: str  # masked
    feedback: str | None
    line: int


def read(text: str, max_score: int = 1) -> list[tuple[int, Question]]:
    """The questions, each worth `max_score` unless its weights need more. Raises GiftError."""
    paragraphs = islice(_paragraphs(text), MOST_QUESTIONS)
    found = [(lines[0][0], _Paragraph(lines).question(max_score)) for lines in paragraphs]
    if not found:
        raise GiftError(1, "there is no question")
    return found


def _paragraphs(text: str) -> Iterator[list[tuple[int, str]]]:
    """Lines with their numbers, up to each blank one; without comments and categories."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")), 1):
        if UNSAYABLE.search(line):
            raise GiftError(number, "it holds a character that no text may hold")
        said = line.strip()
        if said.startswith("//") or (said.startswith("$CATEGORY:") and not lines):
            continue
        if said:
            lines.append((number, line))
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


class _Paragraph:
    """One question, while it is read."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self.numbers = [number for number, _ in lines]
        self.text = masked("\n".join(line for _, line in lines))
        self.ends = [end.start() for end in re.finditer("\n", self.text)]

    def line(self, at: int) -> int:
        """Which line of the file a place lies on."""
        return self.numbers[bisect_left(self.ends, at)]

    def error(self, at: int, problem: str) -> GiftError:
        return GiftError(self.line(at), problem)

    def question(self, max_score: int) -> Question:
        """The whole of it."""
        begin, end = self._braces()
        name = NAME.match(self.text)
        head, tail = self.text[name.end() if name else 0 : begin], self.text[end + 1 :]
        asked = {"prompt": meant(head + (BLANK + tail if tail.strip() else "")), "max_score": max_score}
        if name and (title := " ".join(name[1].translate(MEANT).split())):  # a title has no format
            asked["title"] = title
        inside, general, said = self.text[begin + 1 : end].partition(GENERAL)
        if not inside.strip():
            if not meant(said):
                raise self.error(begin, "an essay needs a guide, written {####what earns points}")
            return {"kind": "open", "guide": meant(said)} | asked
        if general and meant(said):
            asked["explanation"] = meant(said)
        return asked | self._answers(inside, begin + 1, max_score)

    def _braces(self) -> tuple[int, int]:
        begin, end = self.text.find("{"), self.text.find("}")
        if begin < 0 and end < 0:
            raise self.error(0, "a description asks nothing")
        if begin < 0 or end < begin:
            raise self.error(max(begin, end, 0), "a brace has no partner")
        for brace in "{}":
            if (other := self.text.find(brace, end + 1 if brace == "}" else begin + 1)) >= 0:
                raise self.error(other, "a question has its answers in one place")
        return begin, end

    def _answers(self, inside: str, at: int, max_score: int) -> Question:
        said = inside.strip()
        if said.startswith("#"):
            return self._number(inside.replace("#", " ", 1), at, max_score)
        if "~" in inside:
            return self._choice(self._each(inside, at))
        if "=" in inside and "->" in FEEDBACK.sub("", inside):
            return self._matching(self._each(inside, at, paired=True))
        if said.partition("#")[0].strip().upper() in TRUE + FALSE:
            return self._truth(said, at)
        return self._short(self._each(_with_sign(inside), at), max_score)

    def _each(self, inside: str, at: int, *, paired: bool = False) -> list[Answer]:
        found = []
        for one in islice(ANSWERS.finditer(inside), MOST_ANSWERS):
            weight = None if paired else WEIGHT.match(one[2])
            text, told, feedback = one[2][weight.end() if weight else 0 :].partition("#")
            line = self.line(at + one.start())
            found.append(
                Answer(one[1], float(weight[1]) if weight else None, text, meant(feedback) if told else None, line)
            )
        if inside[: inside.find(found[0].sign)].strip():
            raise self.error(at, "an answer begins with = or ~")
        return found

    def _choice(self, answers: list[Answer]) -> Question:
        one_right = any(answer.sign == "=" for answer in answers)
        weights = [answer.weight if answer.weight is not None else 100.0 * (answer.sign == "=") for answer in answers]
        rights = sum(weight > 0 for weight in weights)
        share = 100.0 if one_right else 100.0 / max(rights, 1)
        for answer, weight in zip(answers, weights, strict=True):
            expected = share if weight > 0 else 0.0 if one_right or not rights else -share
            if abs(weight - expected) > NEAR:
                raise GiftError(answer.line, f"this answer counts {expected:g} % here, and cannot count {weight:g} %")
        options = [_told(answer, text=meant(answer.text)) | ({"right": True} if weight > 0 else {})
                   for answer, weight in zip(answers, weights, strict=True)]  # fmt: skip
        return {"kind": "choice" if one_right else "choices", "options": options}

    def _matching(self, answers: list[Answer]) -> Question:
        pairs = []
        for answer in answers:
            left, arrow, right = answer.text.partition("->")
            if not arrow:
                raise GiftError(answer.line, "a pair is written left -> right")
            pairs.append(_told(answer, right=meant(right)) | ({"left": meant(left)} if meant(left) else {}))
        return {"kind": "matching", "pairs": pairs}

    def _truth(self, said: str, at: int) -> Question:
        truth, *told = said.split("#")
        if len(told) > 2:
            raise self.error(at, "true or false has two feedbacks, for a wrong and for a right answer")
        right = truth.strip().upper() in TRUE
        options: list[Question] = [{"text": "True"}, {"text": "False"}]
        options[not right]["right"] = True
        for option, feedback in zip((options[right], options[not right]), told, strict=False):
            if meant(feedback):
                option["feedback"] = meant(feedback)
        return {"kind": "choice", "options": options}

    def _short(self, answers: list[Answer], max_score: int) -> Question:
        for answer in answers:
            if re.search(r"(?<!\\)\*", meant(answer.text)):
                raise GiftError(answer.line, "a * that stands for any words is written \\* when it is a star")
        worth = _worth(answers, max_score)
        accepted = [
            _told(answer, text=meant(answer.text).replace("\\*", "*")) | _earned(answer, worth) for answer in answers
        ]
        return {"kind": "short", "accepted": accepted, "max_score": worth}

    def _number(self, inside: str, at: int, max_score: int) -> Question:
        if (wrong := inside.find("~")) >= 0:
            raise self.error(at + wrong, "what is told for any wrong number has no place")
        answers = self._each(_with_sign(inside), at)
        worth = _worth(answers, max_score)
        return {
            "kind": "number",
            "accepted": [_told(answer, **_value(answer)) | _earned(answer, worth) for answer in answers],
            "max_score": worth,
        }


def _with_sign(inside: str) -> str:
    """The sign in front of the first answer may be left out."""
    return inside if inside.lstrip().startswith("=") else "=" + inside


def _told(answer: Answer, **said: Any) -> Question:
    return said | ({"feedback": answer.feedback} if answer.feedback else {})


def _value(answer: Answer) -> Question:
    """A number with its tolerance: `3`, `3:0.1`, or all from `2.9` to `3.1`."""
    said = meant(answer.text).replace(",", ".")
    lowest, dots, highest = said.partition("..")
    value, _, tolerance = said.partition(":")
    try:
        if dots:
            low, high = _decimal(lowest), _decimal(highest)
            return {"value": format((low + high) / 2, "f"), "tolerance": format((high - low) / 2, "f")}
        return {"value": value.strip()} | ({"tolerance": format(_decimal(tolerance), "f")} if tolerance.strip() else {})
    except (DecimalException, ValueError):
        raise GiftError(answer.line, "a number is written 3, 3:0.1 or 2.9..3.1") from None


def _decimal(said: str) -> Decimal:
    """A number that can be written out. Raises ValueError or DecimalException."""
    number = Decimal(said.strip())
    if not number.is_finite() or abs(number.adjusted()) > FARTHEST:
        raise ValueError
    return number


def _earned(answer: Answer, worth: int) -> Question:
    return {} if answer.weight in (None, 100.0) else {"score": round(worth * (answer.weight or 0.0) / 100)}


def _worth(answers: list[Answer], max_score: int) -> int:
    """The least multiple of `max_score` of which every weight is a whole number of coins."""
    for answer in answers:
        if answer.weight is not None and not 0 <= answer.weight <= 100:
            raise GiftError(answer.line, "an accepted answer counts 0 to 100 %")
    for worth in range(max_score, MOST + 1, max_score):
        if all(_whole(worth, answer.weight) for answer in answers):
            return worth
    raise GiftError(answers[0].line, f"no maximum up to {MOST} makes whole coins of these weights")


def _whole(worth: int, weight: float | None) -> bool:
    if weight in (None, 0.0, 100.0):
        return True
    coins = worth * (weight or 0.0) / 100
    return 1 <= round(coins) < worth and abs(coins - round(coins)) <= min(worth * NEAR / 100, 0.05)
