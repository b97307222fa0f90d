"""Every error code that clients may see is the answer of the whole service to a request in some test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.errors import CODES
from tests.conventions.codes_without_a_route import KEPT_BY_THE_DATABASE

TESTS = sorted((Path(__file__).parents[1] / "web").glob("test_*.py"))
PROMISED = {
    400: "malformed_request invalid_verification_token invalid_reset_token",
    401: "missing_token invalid_token invalid_credentials",
    403: "wrong_role email_not_verified account_disabled",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "already_submitted submission_pending deadline_passed assignment_locked assignment_not_ready conflict"
    " case_is_empty case_is_final case_known_already cases_at_most"
    " student_of_others template_follows_rubric nothing_to_publish"
    " key_only no_attempts_left not_checkable nothing_saved not_revealed_yet regrade_period_over regrade_request_open"
    " too_many_regrade_requests already_decided teacher_has_work",
    412: "precondition_failed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "case_needs_ai_kinds mark_in_range marks_missing model_unknown tries_at_most"
    " validation_failed max_score_unclear api_key_missing api_key_rejected answer_fits_question"
    " score_in_range answer_score_in_range at_once_needs_answers criteria_add_up levels_end_at_maximum"
    " option_says_nothing prompt_not_blank score_is_a_level nothing_answered"
    " accepted_missing gaps_do_not_match key_does_not_score lines_missing number_unreadable one_right_option"
    " options_at_most options_alike pairs_missing some_right_option attempts_need_feedback guide_missing"
    " kind_fits_assignment too_many_questions question_numbers_in_order gift_unreadable regrade_text_length"
    " decision_needs_answer decision_needs_score regrade_lowers wrong_password idempotency_key_reused"
    " attempts_in_range bloom_known class_instructions_not_huge comment_not_huge gate_min_cases_in_range"
    " option_not_huge option_score_in_range question_kind_known question_score_in_range question_text_not_huge"
    " question_title_readable reason_not_huge reveal_known takes_known too_many_open_questions",
    429: "rate_limited too_many_failures",
    500: "internal_error",
    502: "ai_unavailable",
    503: "database_unavailable overloaded",
}


def statuses(table: dict[int, str]) -> dict[str, int]:
    return {code: status for status, codes in table.items() for code in codes.split()}


def test_the_codes_are_those_that_were_promised() -> None:
    assert {code: status for code, (status, _) in CODES.items()} == statuses(PROMISED) | statuses(KEPT_BY_THE_DATABASE)


def insisted_on(tree: ast.AST) -> Iterator[str]:
    """The codes that a file's tests insist on; each of these lines fails when the service answers another one.

    `assay.refused("code", verb, path, …)`, the same of a desk (tests/web/quizzes.py),
    a table ("rule", …) of parametrize, and `assert …["error"]["code"] == "code"`, alone or in a tuple.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("assay.refused", "desk.refused"):
            yield from texts(node.args[0])
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


@pytest.mark.parametrize("code", sorted(statuses(PROMISED)))
def test_every_code_is_answered_over_http_in_some_test(code: str) -> None:
    assert code in INSISTED


def test_what_is_answered_over_http_is_no_longer_only_the_databases() -> None:
    assert statuses(KEPT_BY_THE_DATABASE).keys() & INSISTED == set()
