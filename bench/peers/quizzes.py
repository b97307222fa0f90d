"""The peer's requests of rubrics and quizzes: `uvicorn quizzes:app` is service.py with these four beside.

Written by the book like the others: questions with their options and answers by `selectinload`, marking in Python
(marking.py), one transaction a request.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import HTTPException
from marking import mark, plain
from models import Answer, Assignment, LedgerEntry, Option, Question, Student, Submission, SubmissionCount
from pydantic import BaseModel
from service import CurrentStudent, Database, Model, app, visible_to
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload, load_only, selectinload, undefer

# FastAPI tells routes apart by address and method alone: here, what is handed in is answers.
TEXT = "/student/assignments/{assignment_id}/submission"
app.router.routes[:] = [route for route in app.routes if getattr(route, "path", None) != TEXT]
EIGHT_WORDS = re.compile(r"(\S+\s+){7}\S")
PICKING = ("choice", "choices", "matching", "ordering")


class Place(Model):
    start: int
    end: int


class Item(Model):
    number: int
    kind: str
    title: str | None
    score: int
    max_score: int
    marked_by: str
    reason: str | None
    evidence: list[Place]
    quotes_unfound: int
    supported: bool


class Outcome(Model):
    score: int
    max_score: int
    adjustment: int
    is_llm_generated: bool
    generated_at: datetime
    provider: str | None
    model: str | None
    comment: str | None
    items: list[Item]


class GradedText(Model):
    id: UUID
    assignment_id: UUID
    content: str
    score: int
    max_score: int
    feedback: str | None
    submitted_at: datetime
    graded_at: datetime
    comment: str | None
    outcome: Outcome | None
    regrade_until: datetime | None


class HandedIn(BaseModel):
    submission: GradedText


class Choice(Model):
    key: int
    text: str


class QuestionOut(Model):
    number: int
    kind: str
    title: str | None
    prompt: str
    max_score: int
    options: list[Choice]
    rights: list[str]
    gaps: int | None
    answer: Any
    attempts_left: int
    result: None


class Questions(BaseModel):
    items: list[QuestionOut]
    next_cursor: None


class SentAnswer(BaseModel):
    answer: int | float | str | list[int | str | tuple[int, int]] | dict[int, str] | None


class Saved(BaseModel):
    number: int
    answer: Any
    attempt: int
    saved_at: datetime


@app.get("/student/assignments/{assignment_id}/submission")
async def submission(assignment_id: UUID, who: CurrentStudent, db: Database) -> GradedText:
    found = await db.scalar(
        select(Submission)
        .options(
            undefer(Submission.content),
            joinedload(Submission.assignment, innerjoin=True).load_only(
                Assignment.max_score,
                Assignment.reveal,
                Assignment.deadline,
                Assignment.released_at,
                Assignment.regrade_days,
            ),
            selectinload(Submission.answers)
            .joinedload(Answer.question, innerjoin=True)
            .load_only(Question.number, Question.kind, Question.title, Question.max_score),
        )
        .where(Submission.student_id == who.id, Submission.assignment_id == assignment_id)
    )
    if found is None:
        raise HTTPException(404, "not_found")
    return graded(found, found.assignment, [(one.question, one) for one in found.answers])


def graded(one: Submission, assignment: Assignment, answers: list[tuple[Question, Answer]]) -> GradedText:
    revealed = (
        assignment.released_at is not None
        or assignment.reveal in ("at_once", "when_graded")
        or datetime.now(UTC) >= assignment.deadline
    )
    outcome = Outcome(
        score=one.score,
        max_score=assignment.max_score,
        adjustment=one.adjustment,
        is_llm_generated=one.provider is not None,
        generated_at=one.graded_at,
        provider=one.provider,
        model=one.model,
        comment=one.comment,
        items=[item(one, *pair) for pair in sorted(answers, key=lambda pair: pair[0].number)],
    )
    shown_at = one.released_at
    if shown_at and assignment.reveal == "after_deadline":
        shown_at = max(shown_at, min(assignment.deadline, assignment.released_at or assignment.deadline))
    until = shown_at + timedelta(days=assignment.regrade_days) if shown_at else None
    return GradedText(
        id=one.id,
        assignment_id=one.assignment_id,
        content=one.content,
        score=one.score,
        max_score=assignment.max_score,
        feedback=one.feedback,
        submitted_at=one.submitted_at,
        graded_at=one.graded_at,
        comment=one.comment if revealed else None,
        outcome=outcome if revealed else None,
        regrade_until=until if revealed else None,
    )


def item(one: Submission, question: Question, answer: Answer) -> Item:
    words = one.content if question.kind == "criterion" else (answer.texts or [""])[0]
    doubtful = answer.marked_by == "ai" and (answer.score or 0) > 0 and answer.evidence is None
    return Item(
        number=question.number,
        kind=question.kind,
        title=question.title,
        score=answer.score or 0,
        max_score=question.max_score,
        marked_by=answer.marked_by or "",
        reason=answer.reason,
        evidence=[Place(start=place.lower, end=place.upper) for place in answer.evidence or ()],
        quotes_unfound=answer.quotes_unfound,
        supported=not (doubtful and EIGHT_WORDS.search(words)),
    )


@app.get("/student/assignments/{assignment_id}/questions")
async def questions(assignment_id: UUID, who: CurrentStudent, db: Database) -> Questions:
    assignment = await visible_assignment(db, who, assignment_id)
    asked = list(await db.scalars(asked_in(assignment_id)))
    saved = await saved_answers(db, who, asked)
    done = await handed_in(db, who, assignment_id)
    items = []
    for question in asked:
        mine = saved.get(question.id, [])
        used = sum(one.checked_at is not None for one in mine)
        rights = {option.pair for option in question.options if option.pair} if question.kind == "matching" else set()
        shown = [o for o in question.options if question.kind in PICKING and o.text is not None]
        items.append(
            QuestionOut(
                number=question.number,
                kind=question.kind,
                title=question.title,
                prompt=question.prompt,
                max_score=question.max_score,
                options=[Choice(key=o.key, text=o.text) for o in sorted(shown, key=lambda o: at(who, question, o.key))],
                rights=sorted(rights, key=lambda pair: at(who, question, pair)),
                gaps=len({option.place for option in question.options}) if question.kind == "gaps" else None,
                answer=packed(question.kind, mine[-1]) if mine else None,
                attempts_left=0 if done else assignment.attempts - used,
                result=None,
            )
        )
    return Questions(items=items, next_cursor=None)


def at(who: Student, question: Question, shown: object) -> str:
    """Where a student sees an option."""
    return hashlib.md5(f"{who.id}{question.id}{shown}".encode(), usedforsecurity=False).hexdigest()


def packed(kind: str, answer: Answer) -> Any:
    picked, texts = answer.picked or [], answer.texts or []
    if kind == "choice":
        return picked[0] if picked else None
    if kind == "choices":
        return picked
    if kind == "matching":
        return dict(zip(map(str, picked), texts, strict=True))
    if kind == "ordering":
        return [list(pair) for pair in zip(picked, answer.indents, strict=True)] if answer.indents else picked
    if kind == "gaps":
        return texts
    return texts[0] if texts else None


@app.put("/student/assignments/{assignment_id}/answers/{number}")
async def save(assignment_id: UUID, number: int, sent: SentAnswer, who: CurrentStudent, db: Database) -> Saved:
    assignment = await visible_assignment(db, who, assignment_id)
    question = await db.scalar(asked_in(assignment_id).where(Question.number == number))
    if question is None:
        raise HTTPException(404, "not_found")
    await db.scalar(select(Student.id).where(Student.id == who.id).with_for_update(key_share=True))
    if await handed_in(db, who, assignment_id):
        raise HTTPException(409, "already_submitted")
    if datetime.now(UTC) >= assignment.deadline:
        raise HTTPException(409, "deadline_passed")
    picked, indents, texts = unpacked(question, sent.answer)
    earlier = (await saved_answers(db, who, [question])).get(question.id, [])
    if earlier and earlier[-1].checked_at is None:
        one = earlier[-1]
    else:
        one = Answer(student_id=who.id, question_id=question.id, attempt=len(earlier) + 1)
        db.add(one)
    one.picked, one.indents, one.texts, one.saved_at = picked, indents, texts, datetime.now(UTC)
    await db.commit()
    return Saved(number=number, answer=packed(question.kind, one), attempt=one.attempt, saved_at=one.saved_at)


def unpacked(question: Question, sent: Any) -> tuple[list[int] | None, list[int] | None, list[str] | None]:
    """An answer as it is stored; 422 when it does not fit its question."""
    if sent is None:
        return None, None, None
    picked: list[int] | None = None
    indents: list[int] | None = None
    texts: list[str] | None = None
    match question.kind:
        case "choice":
            picked = [sent]
        case "choices":
            picked = sent
        case "matching":
            picked, texts = list(sent), list(sent.values())
        case "ordering" if sent and isinstance(sent[0], (tuple, list)):
            picked, indents = [key for key, _ in sent], [indent for _, indent in sent]
        case "ordering":
            picked = sent
        case "gaps":
            texts = sent
        case _:
            texts = [str(sent)]
    keys = {option.key for option in question.options if question.kind != "matching" or option.text is not None}
    rights = {plain(option.pair) for option in question.options if option.pair}
    gaps = len({option.place for option in question.options})
    if (
        not set(picked or ()) <= keys
        or len(set(picked or ())) < len(picked or ())
        or (question.kind == "gaps" and len(texts or ()) not in (0, gaps))
        or (question.kind == "matching" and not {plain(text) for text in texts or ()} <= rights)
        or sum(len(text.encode()) for text in texts or ()) > 20_000
    ):
        raise HTTPException(422, "answer_fits_question")
    return picked, indents, texts


@app.post("/student/assignments/{assignment_id}/submission", status_code=201)
async def hand_in(assignment_id: UUID, who: CurrentStudent, db: Database) -> HandedIn:
    """What was saved, marked."""
    assignment = await visible_assignment(db, who, assignment_id)
    await db.scalar(select(Student.id).where(Student.id == who.id).with_for_update(key_share=True))
    await db.scalar(select(Assignment.id).where(Assignment.id == assignment_id).with_for_update(read=True))
    if await handed_in(db, who, assignment_id):
        raise HTTPException(409, "already_submitted")
    if datetime.now(UTC) >= assignment.deadline:
        raise HTTPException(409, "deadline_passed")
    asked = list(await db.scalars(asked_in(assignment_id)))
    saved = await saved_answers(db, who, asked)
    if not any(one.picked or "".join(one.texts or ()).strip() for mine in saved.values() for one in mine):
        raise HTTPException(422, "nothing_answered")
    counting = []
    for question in asked:
        attempts = saved.get(question.id) or [Answer(student_id=who.id, question_id=question.id, quotes_unfound=0)]
        scores = [mark(question, one.picked, one.indents, one.texts) for one in attempts]
        best = max(range(len(attempts)), key=lambda n, scores=scores: (scores[n], n))
        counting.append((question, attempts[best], scores[best]))
    total = sum(score for *_, score in counting)
    content = "\n".join(f"{question.number}: {in_words(question, one)}".rstrip(" ") for question, one, _ in counting)
    made = Submission(
        student_id=who.id, assignment_id=assignment_id, content=content, score=total, original_score=total, adjustment=0
    )
    db.add(made)
    await db.flush()
    for _, one, score in counting:
        one.submission_id, one.score, one.marked_by, one.marked_at = made.id, score, "database", datetime.now(UTC)
        db.add(one)
    db.add(
        LedgerEntry(
            student_id=who.id, submission_id=made.id, assignment_id=assignment_id, score=total, coins=total,
            reason="graded", actor="student",
        )
    )  # fmt: skip
    await db.execute(
        update(Student).where(Student.id == who.id).values(total_gold_coins=Student.total_gold_coins + total)
    )
    count = insert(SubmissionCount).values(assignment_id=assignment_id, part=who.id.bytes[-1] & 7, submissions=1)
    await db.execute(
        count.on_conflict_do_update(
            index_elements=["assignment_id", "part"], set_={"submissions": SubmissionCount.submissions + 1}
        )
    )
    await db.commit()
    return HandedIn(submission=graded(made, assignment, [(question, one) for question, one, _ in counting]))


def in_words(question: Question, answer: Answer) -> str:
    if question.kind not in PICKING:
        return "; ".join(answer.texts or ())
    options: dict[int, Option] = {option.key: option for option in question.options}
    lines = [options[key].text or "" for key in answer.picked or ()]
    if question.kind == "ordering":
        return "\n".join("  " * indent + line for indent, line in zip(answer.indents or [], lines, strict=False))
    if question.kind == "matching":
        lines = [f"{line} = {right}" for line, right in zip(lines, answer.texts or (), strict=True)]
    return "; ".join(lines)


async def visible_assignment(db: Database, who: Student, assignment_id: UUID) -> Assignment:
    found = await db.scalar(
        select(Assignment)
        .options(
            load_only(
                Assignment.max_score,
                Assignment.reveal,
                Assignment.attempts,
                Assignment.deadline,
                Assignment.released_at,
                Assignment.regrade_days,
            )
        )
        .where(Assignment.id == assignment_id, Assignment.published_at.is_not(None), visible_to(who.id))
    )
    if found is None:
        raise HTTPException(404, "not_found")
    return found


def asked_in(assignment_id: UUID) -> Any:
    """The approved questions of an assignment with their options."""
    return (
        select(Question)
        .options(selectinload(Question.options))
        .where(Question.assignment_id == assignment_id, Question.approved_at.is_not(None), Question.kind != "criterion")
        .order_by(Question.number)
    )


async def saved_answers(db: Database, who: Student, asked: list[Question]) -> dict[UUID, list[Answer]]:
    """By question, in the order of attempts."""
    found: dict[UUID, list[Answer]] = {}
    query = select(Answer).where(Answer.student_id == who.id, Answer.question_id.in_([one.id for one in asked]))
    for one in await db.scalars(query.order_by(Answer.attempt)):
        found.setdefault(one.question_id, []).append(one)
    return found


async def handed_in(db: Database, who: Student, assignment_id: UUID) -> bool:
    query = select(Submission.id).where(Submission.student_id == who.id, Submission.assignment_id == assignment_id)
    return await db.scalar(query) is not None
