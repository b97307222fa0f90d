"""A session played with the package that openapi-python-client made; run by __main__.py in its own venv."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

from assay_client import AuthenticatedClient, Client
from assay_client.api.auth import auth_login, auth_read_me
from assay_client.api.student import student_read_job, student_submit_assignment
from assay_client.api.teacher import (
    teacher_create_assignment,
    teacher_create_class,
    teacher_edit_submission,
    teacher_enrol_students,
    teacher_list_students,
    teacher_put_api_key,
    teacher_read_gradebook,
    teacher_read_submission,
)
from assay_client.models import (
    AlreadySubmittedError,
    ApiKey,
    AssignmentMade,
    Criterion,
    Enrolment,
    HandIn,
    Job,
    JobAccepted,
    JobStatus,
    Login,
    NewClass,
    Provider,
    SubmissionChange,
    TeacherSubmissionWithContent,
    UploadedAssignment,
)
from assay_client.types import UNSET

URL = os.environ["BASE_URL"]


def known(answer: Any, kind: type) -> Any:
    """What was asked for, of the type that the document names."""
    assert isinstance(answer.parsed, kind), (answer.status_code, answer.content)
    return answer.parsed


def login(email: str) -> tuple[UUID, AuthenticatedClient]:
    sent = Login(email=email, password=os.environ["PASSWORD"])
    found = auth_login.sync_detailed(client=Client(base_url=URL), body=sent).parsed
    return found.user.id, AuthenticatedClient(base_url=URL, token=found.token, timeout=120)


teacher_id, teacher = login(os.environ["TEACHER"])
student_id, student = login(os.environ["STUDENT"])
assert auth_read_me.sync_detailed(client=student).parsed.id == student_id
for provider in Provider:
    stored = teacher_put_api_key.sync_detailed(provider, client=teacher, body=ApiKey(key=f"sk-sim-{provider}"))
    assert stored.parsed.state in ("unused", "ok"), stored

group = teacher_create_class.sync_detailed(client=teacher, body=NewClass(name="9B")).parsed
teacher_enrol_students.sync_detailed(group.id, client=teacher, body=Enrolment(student_ids=[student_id]))
rubric = [Criterion(title="Facts", prompt="Says what bees do.", max_score=20)]
sent = UploadedAssignment(
    instructions="Write about bees.", deadline=datetime.fromisoformat("2099-01-31T23:59:00+00:00"),
    class_id=group.id, rubric=rubric,
)  # fmt: skip
assignment = known(teacher_create_assignment.sync_detailed(client=teacher, body=sent), AssignmentMade).assignment

text = HandIn(content="Bees carry pollen from flower to flower, and without them there are no pumpkins.")
begun = student_submit_assignment.sync_detailed(assignment.id, client=student, body=text, prefer="respond-async")
job = known(begun, JobAccepted).job
job = known(student_read_job.sync_detailed(job.id, client=student, prefer="wait=60"), Job)
assert job.status == JobStatus.SUCCEEDED
assert job.error is None

again = student_submit_assignment.sync_detailed(assignment.id, client=student, body=text)
refused = again.parsed.error
assert isinstance(refused, AlreadySubmittedError), again
submission_id = refused.details.submission_id

praised = teacher_edit_submission.sync_detailed(submission_id, client=teacher, body=SubmissionChange(feedback="Good."))
assert known(praised, TeacherSubmissionWithContent).feedback == "Good."
change = SubmissionChange(score=15)
assert change.feedback is UNSET
edited = teacher_edit_submission.sync_detailed(submission_id, client=teacher, body=change)
assert known(edited, TeacherSubmissionWithContent).feedback == "Good."
erased = teacher_edit_submission.sync_detailed(submission_id, client=teacher, body=SubmissionChange(feedback=None))
assert known(erased, TeacherSubmissionWithContent).feedback is None
shown = teacher_read_submission.sync_detailed(submission_id, client=teacher).parsed
assert (shown.score, shown.flags) == (15, [])

names, cursor = [], UNSET
while cursor is not None:
    page = teacher_list_students.sync_detailed(client=teacher, limit=1, cursor=cursor).parsed
    names += [one.name for one in page.items]
    cursor = UUID(page.next_cursor) if page.next_cursor else None
assert "Anna" in names
book = teacher_read_gradebook.sync_detailed(group.id, client=teacher).parsed
assert book.students[0].scores[str(assignment.id)] == 15
print("Python: played.")
