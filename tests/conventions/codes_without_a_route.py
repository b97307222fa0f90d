"""Codes that no route answers with yet."""

# Rules of questions, answers and rubrics that no route meets yet: the database keeps them, and tests/rules breaks each.
# A route that can meet one takes its code out of here.
KEPT_BY_THE_DATABASE = {
    409: "answer_is_final published_is_final rubric_changed takes_is_final",
    422: "evidence_in_words",
    500: "score_adds_up",
}

CODES_WITHOUT_A_ROUTE = {code for codes in KEPT_BY_THE_DATABASE.values() for code in codes.split()}
