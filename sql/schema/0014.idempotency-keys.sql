-- depends: 0013.cases
-- Requests that may come again with the same key, and what they were answered.
create table assay.idempotency_keys (
    digest         assay.digest primary key,
    student_id     uuid references assay.students on delete cascade,
    teacher_id     uuid references assay.teachers on delete cascade,
    request_digest assay.digest not null,
    job_id         uuid,
    body           text,
    expires_at     timestamptz not null default now() + interval '1 day',
    constraint key_belongs_to_one_person check (num_nonnulls(student_id, teacher_id) = 1),
    constraint kept_is_job_or_body       check (num_nonnulls(job_id, body) <= 1)
);
create index idempotency_keys_of_student on assay.idempotency_keys (student_id) where student_id is not null;
create index idempotency_keys_of_teacher on assay.idempotency_keys (teacher_id) where teacher_id is not null;
create index idempotency_keys_by_expiry  on assay.idempotency_keys (expires_at);

-- What a statement answers: the body, or the job that it began.
create type api.answer as (job_id uuid, finished boolean, body json);
grant usage on type api.answer to assay_api;

comment on type api.answer is 'What a statement that makes something answers: the body, or the job that will make it.';
comment on table assay.idempotency_keys is 'One row per Idempotency-Key that an account sent within a day, written in the transaction that did what was asked, so that a refused or failed request leaves none.';
comment on column assay.idempotency_keys.digest         is 'SHA-256 of the account and the key; the key itself is not kept.';
comment on column assay.idempotency_keys.student_id     is 'Who sent it, when a student.';
comment on column assay.idempotency_keys.teacher_id     is 'Who sent it, when a teacher.';
comment on column assay.idempotency_keys.request_digest is 'SHA-256 of the route and of all that was sent but the token: another request with this key is refused.';
comment on column assay.idempotency_keys.job_id         is 'The job that it began, answered as it is when the request comes again; null: it began none. Not a foreign key.';
comment on column assay.idempotency_keys.body           is 'What was answered: the JSON as it was sent; null where there is a job.';
comment on column assay.idempotency_keys.expires_at     is 'When it is forgotten.';
