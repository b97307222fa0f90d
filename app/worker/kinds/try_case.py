"""Tries a case: one model, and no other, marks it once. What it answers is a result, also when it cannot be used."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.ai.calls.grading import grade_as_answered
from app.ai.calls.marking import Fault, Mark, Question, Work, mark_as_answered
from app.ai.models import Model
from app.ai.text_thread import work_on
from app.worker.job import Job, JobFailed, Result, Tools
from app.worker.kinds.grade_questions import questions_of, rows_of_marks

LOAD, FINISH = "load_tries", "finish_tries"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """A mark for each question, or for the whole where there are none; or why there is none."""
    questions = questions_of(inputs["questions"])
    model, keys = _model(inputs, tools), tools.open_keys(job, inputs["keys"])
    if model.provider not in keys:
        raise JobFailed("api_key_missing", "outage")
    if questions:
        work = Work(
            instructions=inputs["instructions"],
            questions=questions,
            template=inputs["correction_template"],
            text=inputs["content"] if all(question.answer is None for question in questions) else None,
        )
        marked = await mark_as_answered(tools.providers, work, keys=keys, model=model)
        text = inputs["content"]
        marks = await work_on(len(text), lambda: _rows(marked.value, questions, text))
        return Result(_values(inputs, marked.prompt_version, marks), marked.attempts)
    graded = await grade_as_answered(
        tools.providers,
        instructions=inputs["instructions"],
        template=inputs["correction_template"],
        max_score=inputs["max_score"],
        text=inputs["content"],
        keys=keys,
        model=model,
    )
    mark = {"score" if isinstance(graded.value, int) else "error": graded.value}
    return Result(_values(inputs, graded.prompt_version, [{"number": None, **mark}]), graded.attempts)


def _model(inputs: Any, tools: Tools) -> Model:
    """The one that was named. Raises JobFailed when it was disabled or has retired since."""
    named = inputs["provider"], inputs["model"]
    found = next((one for one in tools.models if (one.provider, one.model) == named), None)
    if found is None:
        raise JobFailed("model_unknown", "outage")
    return found


def _values(inputs: Any, prompt_version: str, marks: list[dict[str, Any]]) -> dict[str, Any]:
    return {"marks": marks, "prompt_version": prompt_version, "rubric_digest": inputs["rubric_digest"]}


def _rows(marks: Mapping[int, Mark | Fault], questions: Sequence[Question], text: str) -> list[dict[str, Any]]:
    """Marks as gradings store them, and those that cannot be used with what is wrong with them."""
    usable = {number: mark for number, mark in marks.items() if isinstance(mark, Mark)}
    faults = [{"number": number, "error": mark} for number, mark in marks.items() if not isinstance(mark, Mark)]
    return rows_of_marks(usable, [question for question in questions if question.number in usable], text) + faults
