"""Questions in the form of the HTTP API as a GIFT file."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.gift.marks import UNSAYABLE, escaped

Question = Mapping[str, Any]
MIMICS = ("[", "%")  # how a format or a weight begins


def write(questions: Iterable[Question]) -> str:
    """The file. What GIFT cannot say is left out, and counted in a comment at its end."""
    written = [_question(one) for one in questions]
    said = [text for text in written if text is not None]
    left_out = len(written) - len(said)
    if left_out:
        said.append(f"// Left out, since GIFT cannot say them: {left_out}\n")
    return "\n".join(said) or "// No questions.\n"


def _question(question: Question) -> str | None:
    """One question; None for what GIFT cannot say."""
    answers = _answers(question)
    if answers is None or any(UNSAYABLE.search(text) for text in _texts(question)):
        return None
    title = f"::{_escaped(question['title'])}::" if question.get("title") else ""
    told = question["guide"] if question["kind"] == "open" else question.get("explanation")
    general = f"\t####{_text(told)}\n" if told else ""
    # The name of the format in front keeps whatever the text begins with from meaning anything.
    return f"{title}[plain]{_escaped(question['prompt'])} {{\n{answers}{general}}}\n"


def _answers(question: Question) -> str | None:
    kind = question["kind"]
    if kind == "open":
        return ""
    if kind in ("choice", "choices"):
        return _lines(zip(_weights(question), question["options"], strict=True))
    if kind == "matching" and not any("->" in (pair.get("left") or "") for pair in question["pairs"]):
        pairs = (
            f"{_text(one['left']) if one.get('left') else ''} -> {_text(one['right'])}" for one in question["pairs"]
        )
        return "".join(f"\t={pair}{_feedback(one)}\n" for pair, one in zip(pairs, question["pairs"], strict=True))
    if kind in ("short", "number"):
        return _accepted(question)
    return None


def _weights(question: Question) -> list[str]:
    """What stands in front of each option."""
    rights = [bool(option.get("right")) for option in question["options"]]
    if question["kind"] == "choice":
        return ["=" if right else "~" for right in rights]
    share = f"{100 / max(sum(rights), 1):.7g}"
    return [f"~%{share}%" if right else f"~%-{share}%" for right in rights]


def _accepted(question: Question) -> str | None:
    """None where a text would be read as something else: a star behind a backslash, or a pair."""
    lines = []
    for one in question["accepted"]:
        score = one.get("score")
        weight = "" if score in (None, question["max_score"]) else f"%{100 * score / question['max_score']:.7g}%"
        if question["kind"] == "short":
            if "\\*" in one["text"] or "->" in one["text"]:
                return None
            said = _text(one["text"].replace("*", "\\*"))
        else:
            said = f"{one['value']}:{one['tolerance'] or 0}" if one.get("tolerance") else str(one["value"])
        lines.append((f"={weight}", said, one))
    head = "\t#\n" if question["kind"] == "number" else ""
    return head + "".join(f"\t{sign}{said}{_feedback(one)}\n" for sign, said, one in lines)


def _lines(options: Iterable[tuple[str, Question]]) -> str:
    return "".join(f"\t{sign}{_text(one['text'])}{_feedback(one)}\n" for sign, one in options)


def _feedback(one: Question) -> str:
    return f"#{_text(one['feedback'])}" if one.get("feedback") else ""


def _text(text: str) -> str:
    return ("[plain]" if text.lstrip().startswith(MIMICS) else "") + _escaped(text)


def _escaped(text: str) -> str:
    return escaped(re.sub(r"\r\n?", "\n", text))


def _texts(value: Any) -> Iterable[str]:
    """All texts of a question."""
    if isinstance(value, str):
        yield re.sub(r"\r\n?", "\n", value)
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _texts(part)
