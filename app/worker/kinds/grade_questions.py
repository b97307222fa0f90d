"""Grades a text by the criteria of its rubric, or answers by their open questions: each gets a score, a reason and the
places that were quoted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.ai.calls.marking import Evidence, Level, Mark, Question, Work, evidence_of, mark
from app.ai.providers import Attempt
from app.ai.quotes import QuotedText
from app.ai.text import clean, flags
from app.ai.text_thread import work_on
from app.worker.job import Job, Result, Tools

LOAD, FINISH = "load_questions", "finish_markings"
NOTHING_ASKED: dict[str, Any] = {"marks": [], "comment": None, "provider": None, "model": None, "prompt_version": None}


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """Marks for every question, and what in the work looked like talking to the grader."""
    attempts, values = await mark_inputs(job, inputs, tools)
    text, instructions = inputs["content"], inputs["instructions"]
    found = await work_on(len(text) + len(instructions), lambda: flags(text, instructions))
    spotted = [{"kind": flag.kind, "starts_at": flag.start, "ends_at": flag.end} for flag in found]
    return Result({**values, "flags": spotted}, attempts)


async def mark_inputs(job: Job, inputs: Any, tools: Tools) -> tuple[tuple[Attempt, ...], dict[str, Any]]:
    """Asks the AI providers; the marks as FINISH takes them. Raises JobFailed or AiUnavailable."""
    sent = inputs["questions"]
    questions = await work_on(len(sent), lambda: questions_of(sent))
    if not questions:  # the database marks all of it, such as when the open questions were made void meanwhile
        return (), NOTHING_ASKED
    work = Work(
        instructions=inputs["instructions"],
        questions=questions,
        template=inputs["correction_template"],
        text=inputs["content"] if all(question.answer is None for question in questions) else None,
        comment_language=inputs["comment_language"],
    )
    marked = await mark(tools.providers, work, keys=tools.open_keys(job, inputs["keys"]), models=tools.models)
    text = inputs["content"]
    rows = await work_on(len(text), lambda: rows_of_marks(marked.marks, questions, text))
    return marked.attempts, {
        "marks": rows,
        "comment": marked.comment,
        "provider": marked.provider,
        "model": marked.model,
        "prompt_version": marked.prompt_version,
    }


def questions_of(rows: str | bytes) -> tuple[Question, ...]:
    """The questions in the JSON of `assay.questions_for_marking`, without answers in which there is nothing to see."""
    return tuple(
        Question(
            number=row["number"],
            prompt=row["prompt"],
            max_score=row["max_score"],
            title=row["title"],
            guide=row["guide"],
            levels=tuple(Level(level["score"], level["text"]) for level in row["levels"]),
            answer=row["answer"],
        )
        for row in json.loads(rows)
        if row["answer"] is None or clean(row["answer"]).strip()
    )


def rows_of_marks(marks: Mapping[int, Mark], questions: Sequence[Question], content: str) -> list[dict[str, Any]]:
    """Each mark, with the places of its quotes in the words that they are of."""
    whole = QuotedText(content)
    return [
        _row(question.number, marks[question.number], whole if question.answer is None else QuotedText(question.answer))
        for question in questions
    ]


def _row(number: int, one: Mark, words: QuotedText) -> dict[str, Any]:
    evidence: Evidence = evidence_of(one.quotes, words)
    return {
        "number": number,
        "score": one.score,
        "reason": one.reason,
        "quotes": [{"starts_at": at.place.start, "ends_at": at.place.end, "words": at.words} for at in evidence.found],
        "quotes_unfound": evidence.unfound,
    }
