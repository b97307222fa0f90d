-- What every queue is given to do, and what it calls to do it.
create schema bench;

-- The hand-ins to come: who, for what, and a text of 2 kB in words that do not repeat like a pattern.
create table bench.texts (n integer primary key, content text not null);
create table bench.hand_ins (
    n          integer primary key,
    token      bytea not null,
    student    uuid not null,
    assignment uuid not null,
    teacher    uuid not null,
    text       integer not null references bench.texts
);
create view bench.script as
select h.n, h.token, h.student, h.assignment, h.teacher, t.content
  from bench.hand_ins h
  join bench.texts t on t.n = h.text;

-- The rules of a hand-in, without its queue: assay.submit_assignment keeps the same ones.
create function bench.check(token_digest bytea, assignment uuid, content text) returns void language plpgsql volatile
    set search_path = '' set enable_seqscan = off
as $$
declare
    me assay.students := assay.student(token_digest);
begin
    perform assay.set_actor('student', me.id);
    if not assay.is_visible(me.id, assignment) then
        perform assay.refuse(404, 'not_found', 'There is no such assignment for you.');
    end if;
    perform from assay.submissions s where s.student_id = me.id and s.assignment_id = assignment;
    if found or content !~ '\S' then
        perform assay.refuse(409, 'already_submitted', 'A text for this assignment was handed in already.');
    end if;
    perform assay.check_deadline(me.id, assignment, content, now());
end
$$;

-- The writes of graded texts: submission, score, ledger, coins (by assay's triggers), history of the job, its notification.
create function bench.finish(students uuid[], assignments uuid[], contents text[], scores integer[])
    returns bigint language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
    told bigint;
begin
    perform assay.set_actor('ai');
    with stored as (
        insert into assay.submissions (student_id, assignment_id, content, score, original_score,
                                       provider, model, prompt_version)
        select g.student, g.assignment, g.content, g.score, g.score, 'anthropic', 'none', 'none'
          from unnest(students, assignments, contents, scores) as g (student, assignment, content, score)
        returning id, student_id, assignment_id, score
    ), finished as (
        insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score, attempt, created_at)
        select uuidv7(), 'grade_text', (select a.teacher_id from assay.assignments a where a.id = s.assignment_id),
               s.student_id, s.assignment_id, s.id, s.score, 1, now()
          from stored s
        returning id
    )
    select count(pg_notify('assay_job', f.id || ' succeeded')::text) into told from finished f;
    return told;
end
$$;

-- One graded text.
create function bench.finish(student uuid, assignment uuid, content text, score integer) returns bigint
    language sql volatile
begin atomic
    select bench.finish(array[student], array[assignment], array[content], array[score]);
end;

-- The bare limit's queue: no lease, no fence, no turns. Of one student and assignment one text is pending.
create table bench.jobs (
    id         bigint generated always as identity primary key,
    student    uuid references assay.students,
    assignment uuid references assay.assignments,
    content    text,
    running    boolean not null default false,
    constraint pending_once unique (student, assignment)
) with (fillfactor = 80, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
create index jobs_ready on bench.jobs (id) where not running;

create function bench.accept(token_digest bytea, student uuid, assignment uuid, content text, tell boolean) returns void
    language plpgsql volatile set search_path = ''
as $$
begin
    perform bench.check(token, assignment, content);
    insert into bench.jobs (student, assignment, content) values (student, assignment, content);
    if tell then
        perform pg_notify('bench', '');
    end if;
end
$$;

-- For no-op jobs on assay's own engine: a finished job just goes.
create function bench.forget(results json) returns bigint
    language sql volatile security definer
begin atomic
    with gone as (
        delete from assay.jobs j
         where (j.id, j.attempt) in (select r.job_id, r.attempt from json_to_recordset(results) as r (job_id uuid, attempt integer))
        returning j.id)
    select count(*) from gone;
end;
grant usage on schema bench to assay_worker;
grant execute on function bench.forget(json) to assay_worker;
