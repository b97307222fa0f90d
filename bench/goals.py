"""What was measured against its goal, as a table of docs/performance.md."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it is, its value with its unit in `shown`, and the goal, a floor or a ceiling (`at_most`)."""

    what: str
    value: float
    goal: float | None = None
    unit: str = ""
    at_most: bool = False

    @property
    def missed(self) -> bool:
        """It does not reach its goal."""
        return self.goal is not None and (self.value > self.goal if self.at_most else self.value < self.goal)


def table(lines: Iterable[Line]) -> str:
    """Figures beside their goals, misses in bold."""
    rows = ["| | reached | goal |", "| --- | ---: | ---: |"]
    for line in lines:
        reached = f"{digits(line.value)}{line.unit}"
        goal = "" if line.goal is None else f"{'≤' if line.at_most else '≥'} {line.goal:,g}{line.unit}"
        rows.append(f"| {line.what} | {f'**{reached}**' if line.missed else reached} | {goal} |")
    return "\n".join(rows)


def digits(value: float) -> str:
    """As many as mean something."""
    return (
        f"{value:,.0f}"
        if abs(value) >= 100 or value == round(value)
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )
