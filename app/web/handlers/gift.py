"""Questions as a GIFT file: read into a quiz, and written from one."""

import json

from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from app.ai.text_thread import work_on
from app.gift.reader import GiftError, read
from app.gift.writer import write
from app.web.errors import ApiError
from app.web.handlers.query import answer, column, disposition, query
from app.web.negotiation import media_type
from app.web.request import Request
from app.web.route import GIFT
from app.web.schemas.questions import Question

QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


async def add_questions(request: Request) -> Response:
    """One question as JSON, or all of a file."""
    if media_type(request.headers.get("content-type", ""))[0] != GIFT:
        return await query(request)
    text, values = await request.file()
    sent = await work_on(len(text), lambda: as_sent(text, values["max_score"]))
    return await answer(request, {**values, "body": sent}, "teacher/import_questions")


async def export_questions(request: Request) -> Response:
    """What GIFT can say of a quiz, as a file."""
    items = json.loads(column(await request.row(request.route.query, await request.arguments(), read=True)))
    text = await work_on(len(items) * 1_000, lambda: write(items))
    return Response(text, headers={"Content-Disposition": disposition("questions.gift")}, media_type=GIFT)


def as_sent(text: str, max_score: int) -> str:
    """JSON for the query file: line and question of each. 422 gift_unreadable."""
    try:
        found = read(text, max_score)
    except GiftError as error:
        raise unreadable(error.line, error.problem) from None
    sent = []
    for line, question in found:
        try:
            sent.append(
                {"line": line, "question": QUESTION.dump_python(QUESTION.validate_python(question), mode="json")}
            )
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"][1:])
            raise unreadable(line, f"{field}: {first['msg']}") from None
    return json.dumps(sent)


def unreadable(line: int, problem: str) -> ApiError:
    """422, where the file fails and why."""
    details = {"line": line, "problem": problem}
    return ApiError("gift_unreadable", f"The GIFT file cannot be read at line {line}: {problem}.", details)
