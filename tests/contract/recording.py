"""The files of the recording, and a replay held against them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.contract.build import Build
from tests.contract.comparison import GONE, Difference, declared, differences, undeclared
from tests.contract.placeholders import NAME, Names, mapped
from tests.contract.session import play

FOLDER = Path(__file__).parent
BROKE_OFF = "the session"  # the step of the difference that says so
RECORDING, DIFFERENCES = FOLDER / "recording.jsonl", FOLDER / "differences.jsonl"


def recorded() -> list[dict[str, Any]]:
    """The steps of the recording."""
    return [json.loads(line) for line in RECORDING.read_text("utf-8").splitlines()]


def write(steps: Iterable[Any]) -> None:
    """The recording anew."""
    lines = (json.dumps(step, ensure_ascii=False) for step in steps)
    RECORDING.write_text("\n".join(lines) + "\n", "utf-8")


def record(build: Build) -> int:
    """Play the session and write it down. Returns the number of steps. Raises RuntimeError when it breaks off."""
    steps, broke = play(build)
    if broke:
        raise RuntimeError(f"after {steps[-1] if steps else 'nothing'}: {broke}")
    names = Names()
    write([mapped(step, names.name) for step in steps])
    return len(steps)


def replay(build: Build) -> tuple[list[Difference], Names, list[dict[str, Any]]]:
    """Play the session and compare. What differs, the names of this run, and the steps that the recording lacks."""
    steps, broke = play(build)
    made, names = {step["step"]: step for step in steps}, Names()
    found: list[Difference] = []
    for step in recorded():
        if step["step"] in made:
            found += differences(step, made.pop(step["step"]), names)
        else:
            found.append(Difference(step["step"], "step", "made", GONE))
    if broke:
        found.insert(0, Difference(BROKE_OFF, "end", "whole", broke))
    return found, names, list(made.values())


def add(build: Build) -> int:
    """Write down the steps that the recording lacks, at its end. Returns their number. Raises RuntimeError when the
    session breaks off."""
    old = recorded()
    found, names, new = replay(build)
    if found and found[0].step == BROKE_OFF:
        raise RuntimeError(f"the session broke off: {found[0].now}")
    for kind, number in NAME.findall(RECORDING.read_text("utf-8")):
        names.numbers[kind] = max(names.numbers[kind], int(number))
    write([*old, *(mapped(step, names.name) for step in new)])
    return len(new)


def judge(found: Iterable[Difference]) -> tuple[list[Difference], list[str]]:
    """Differences that are not declared, and declared ones that are not there."""
    lines = declared(DIFFERENCES.read_text("utf-8").splitlines())
    left = undeclared(found, lines)
    return left, [f"{line.step}, {line.where}: {line.why}" for line in lines if not line.seen]
