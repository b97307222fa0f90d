"""New assignments and changes, with what their texts say about the maximum score: the API function compares."""

import json

from starlette.responses import Response

from app.ai.maximum import named_totals, read_maximum
from app.ai.text_thread import work_on
from app.web.handlers.jobs import begin_job
from app.web.handlers.query import answer
from app.web.request import Request


async def create_assignment(request: Request) -> Response:
    """The assignment with the rubric that was sent, or a job that builds what it is graded by."""
    arguments = await request.arguments()
    sent = json.loads(arguments["body"])
    arguments["stated_maximum"] = (
        await _stated(sent.get("instructions") or "") if isinstance(sent.get("rubric"), list) else None
    )
    return await begin_job(request, arguments)


async def edit_assignment(request: Request) -> Response:
    """A job for what needs a new template, the assignment for everything else."""
    arguments = await request.arguments()
    sent = json.loads(arguments["body"])
    arguments["stated_maximum"] = await _stated(sent.get("instructions") or "")
    arguments["template_totals"] = await _totals(sent.get("correction_template") or "")
    return await begin_job(request, arguments)


async def replace_template(request: Request) -> Response:
    """The assignment with the template that was sent."""
    arguments = await request.arguments()
    arguments["template_totals"] = await _totals(arguments["content"])
    return await answer(request, arguments)


async def _stated(instructions: str) -> int | None:
    return (await work_on(len(instructions), lambda: read_maximum(instructions))).value


async def _totals(template: str) -> list[int]:
    return list(await work_on(len(template), lambda: named_totals(template)))
