"""What scikit-learn says of 500 random sets of scores: `python agreement.py > tests/rules/agreement.jsonl`.

A line each: the maximum, pairs of what a model and what a person gave for the same work, and scikit-learn's figures;
`qwk` is null where it calls the kappa undefined. Every eighth set is one pair, and others are degenerate: all agree,
one value only, each the opposite of the other. The test of `reporting.agreement` reads these lines, so that nobody
has to install scikit-learn in order to run it.
"""

import json
import math
import random
import sys
import warnings
from collections.abc import Iterator

from sklearn.metrics import cohen_kappa_score, mean_absolute_error, root_mean_squared_error

SETS = 500
MAXIMA = (1, 2, 3, 5, 6, 10, 20, 60)


def pairs_of(number: int) -> tuple[int, list[tuple[int, int]]]:
    """The maximum, and what the model and the person gave."""
    lot = random.Random(number)
    most, kind = lot.choice(MAXIMA), number % 8
    pairs = []
    for _ in range(1 if kind == 0 else lot.randint(2, 40)):
        person = most if kind == 1 else lot.randint(0, most)
        near = max(0, min(most, person + lot.randint(-most // 3, most // 3 + 1)))
        model = {1: most, 2: person, 3: 0, 4: most - person}.get(kind, near)
        pairs.append((model, person))
    return most, pairs


def figures(most: int, pairs: list[tuple[int, int]]) -> dict[str, float | None]:
    """Of scikit-learn; the shares are counted here."""
    model, people = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    kappa = cohen_kappa_score(model, people, labels=range(most + 1), weights="quadratic")
    return {
        "n": len(pairs),
        "exact": sum(a == b for a, b in pairs) / len(pairs),
        "adjacent": sum(abs(a - b) <= 1 for a, b in pairs) / len(pairs),
        "mae": float(mean_absolute_error(people, model)),
        "rmse": float(root_mean_squared_error(people, model)),
        "bias": sum(a - b for a, b in pairs) / len(pairs),
        "qwk": None if math.isnan(kappa) else float(kappa),
    }


def lines() -> Iterator[str]:
    """One JSON object a set."""
    for number in range(SETS):
        most, pairs = pairs_of(number)
        yield json.dumps({"max_score": most, "pairs": pairs, "figures": figures(most, pairs)})


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it warns of each undefined kappa
    sys.stdout.writelines(f"{line}\n" for line in lines())
