"""Codes that no route answers with yet."""

# Rules of questions, answers and rubrics that no route meets yet: the database keeps them, and tests/rules breaks each.
# A route that can meet one takes its code out of here.
CODES_WITHOUT_A_ROUTE = {
    "answer_is_final",
    "evidence_in_words",
    "published_is_final",
    "rubric_changed",
    "score_adds_up",
    "takes_is_final",
}
