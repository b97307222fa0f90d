"""Every error code that clients may see is the answer of the whole service to a request in some test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.errors import CODES
from tests.conventions.codes_without_a_route import CODES_WITHOUT_A_ROUTE

TESTS = sorted((Path(__file__).parents[1] / "web").glob("test_*.py"))


def insisted_on(tree: ast.AST) -> Iterator[str]:
    """The codes that a file's tests insist on; each of these lines fails when the service answers another one.

    `assay.refused("code", verb, path, …)`, whoever asks (`taker.refused` of tests/web/quizzes.py),
    a table ("rule", …) of parametrize, and `assert …["error"]["code"] == "code"`, alone or in a tuple.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refused":
            yield from (text for argument in node.args[:1] for text in texts(argument))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.parametrize":
            yield from (text for text in _table_of_rules(node))
        elif isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
            left, right = node.test.left, node.test.comparators[0]
            both = isinstance(left, ast.Tuple) and isinstance(right, ast.Tuple)
            pairs = zip(left.elts, right.elts, strict=True) if both else [(left, right)]  # type: ignore[attr-defined]
            for one, other in pairs:
                if isinstance(node.test.ops[0], ast.Eq) and ast.unparse(one).endswith("['error']['code']"):
                    yield from texts(other)


def _table_of_rules(node: ast.Call) -> Iterator[str]:
    """Of a test that takes a table of rules: the first of each line."""
    names, table = node.args[0], node.args[1]
    if isinstance(names, ast.Tuple) and list(texts(names.elts[0])) == ["rule"] and isinstance(table, ast.List):
        for line in table.elts:
            assert isinstance(line, ast.Tuple)
            yield from texts(line.elts[0])


def texts(node: ast.expr) -> Iterator[str]:
    """The text that this is, if it is one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


INSISTED = {code for file in TESTS for code in insisted_on(ast.parse(file.read_text("utf-8")))}


@pytest.mark.parametrize("code", sorted(CODES.keys() - CODES_WITHOUT_A_ROUTE))
def test_every_code_is_answered_over_http_in_some_test(code: str) -> None:
    assert code in INSISTED, f'a test in tests/web has to meet it: await assay.refused("{code}", verb, path, who)'


def test_what_is_answered_over_http_is_no_longer_only_the_databases() -> None:
    assert CODES_WITHOUT_A_ROUTE - CODES.keys() == set(), "codes that clients do not see"
    assert set() == CODES_WITHOUT_A_ROUTE & INSISTED, "a route answers with it: take it out of codes_without_a_route.py"
