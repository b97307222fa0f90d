"""Codes that no route answers with yet."""

# Rules of questions, answers and rubrics that no route meets yet: the database keeps them, and tests/rules breaks each.
# A route that can meet one takes its code out of here.
KEPT_BY_THE_DATABASE = {
    409: "answer_is_final published_is_final rubric_changed takes_is_final",
    422: "attempts_in_range bloom_known class_instructions_not_huge comment_not_huge evidence_in_words "
    "gate_min_cases_in_range "
    "option_not_huge option_score_in_range question_kind_known "
    "question_score_in_range question_text_not_huge question_title_readable "
    "reason_not_huge reveal_known takes_known too_many_open_questions",
    500: "score_adds_up",
}

CODES_WITHOUT_A_ROUTE = {code for codes in KEPT_BY_THE_DATABASE.values() for code in codes.split()}
