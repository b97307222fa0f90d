"""A class whose essay is graded by a rubric."""

from typing import Any, NamedTuple

from tests.web.conftest import Assay

LATER = "2099-01-01T00:00:00+00:00"
ESSAY = "Gold is heavy and soft, and it does not rust. People have made rings of it since the bronze age. It is dear."
CRITERIA: list[dict[str, Any]] = [
    {"title": "Facts", "prompt": "Says what gold is like.", "max_score": 10},
    {"title": "History", "prompt": "Says what people did with it.", "max_score": 6},
    {"title": "Language", "prompt": "Is clear.", "max_score": 4,
     "levels": [{"score": 0, "text": "not"}, {"score": 2, "text": "partly"}, {"score": 4, "text": "wholly"}]},
]  # fmt: skip


class Rubric(NamedTuple):
    """A teacher, a student of the teacher's class, and an assignment that is graded by CRITERIA."""

    teacher: str
    student: str
    assignment: dict[str, Any]
    class_id: str

    @property
    def path(self) -> str:
        """As the student sees it."""
        return f"/student/assignments/{self.assignment['id']}"

    @property
    def own(self) -> str:
        """As the teacher sees it."""
        return f"/teacher/assignments/{self.assignment['id']}"


async def upload(assay: Assay, teacher: str, status: int = 201, **fields: Any) -> Any:
    """An upload with a rubric."""
    sent = {"instructions": "Write about gold.", "deadline": LATER, "rubric": CRITERIA, **fields}
    return await assay.ask("POST", "/teacher/assignments", teacher, status, json=sent)


async def rubric(assay: Assay, **fields: Any) -> Rubric:
    """The smallest class in which a text is graded by criteria."""
    teacher, student = await assay.teacher(), await assay.student("Anna")
    group = await assay.ask("POST", "/teacher/classes", teacher, 201, json={"name": "9B"})
    me = await assay.ask("GET", "/auth/me", student)
    await assay.ask("POST", f"/teacher/classes/{group['id']}/students", teacher, json={"student_ids": [me["id"]]})
    made = await upload(assay, teacher, **fields)
    return Rubric(teacher, student, made["assignment"], group["id"])


async def hand_in(assay: Assay, here: Rubric, text: str = ESSAY, status: int = 201) -> Any:
    """What the student gets for a text."""
    return await assay.ask("POST", here.path + "/submission", here.student, status, json={"content": text})


async def coins(assay: Assay, who: str) -> int:
    """What a student has."""
    return int((await assay.ask("GET", "/auth/me", who))["total_gold_coins"])


async def edit(assay: Assay, here: Rubric, submission: str, **change: Any) -> Any:
    """A teacher's correction."""
    return await assay.ask("PATCH", f"/teacher/submissions/{submission}", here.teacher, json=change)


async def history(assay: Assay, here: Rubric, submission: str) -> list[tuple[Any, ...]]:
    """Score, reason, who, and which service, oldest first."""
    page = await assay.ask("GET", f"/teacher/submissions/{submission}/history", here.teacher)
    return [(one["score"], one["reason"], one["by"], one["provider"]) for one in reversed(page["items"])]
