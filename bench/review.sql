-- One assignment of three criteria with 10,000 submissions, of which some are in doubt for each reason. Triggers rest, as in seed.sql.
begin;
set local session_replication_role = replica;
set local synchronous_commit = off;

create function pg_temp.id(kind integer, number bigint) returns uuid
    immutable parallel safe
    return format('019a0000-0000-7%s-8000-%s', lpad(to_hex(kind), 3, '0'), lpad(to_hex(number), 12, '0'))::uuid;

insert into assay.teachers (id, name, email) values (pg_temp.id(3, 0), 'Teacher', 'teacher-0@example.org');
insert into assay.sessions (digest, teacher_id) values (sha256(convert_to(md5('teacher-0'), 'UTF8')), pg_temp.id(3, 0));
insert into assay.students (id, name, email, email_verified_at)
select pg_temp.id(1, s), 'Student ' || s, 'student-' || s || '@example.org', now() from generate_series(0, 9999) s;

create temp table essays on commit drop as
select e as number, (select string_agg(substr(md5((e * 131 + w * w) || ''), 1, 3 + (e + w * 7) % 8), ' ' order by w)
                       from generate_series(1, 300) w) as content
  from generate_series(0, 99) e;

-- The other nine are there to be left alone.
insert into assay.assignments (id, teacher_id, title, instructions, correction_template, max_score, deadline, published_at, reveal)
select pg_temp.id(5, a), pg_temp.id(3, 0), 'Essay ' || a, 'Write.', 'Look.', 30, now(), now(), 'when_graded'
  from generate_series(0, 9) a;
insert into assay.questions (id, assignment_id, number, kind, title, prompt, max_score, approved_at)
select pg_temp.id(11, a * 3 + q), pg_temp.id(5, a), q, 'criterion', 'Criterion ' || q, 'Is met.', 10, now()
  from generate_series(0, 9) a, generate_series(1, 3) q;
insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, provider, model, prompt_version)
select pg_temp.id(7, a * 10000 + s), pg_temp.id(1, s), pg_temp.id(5, a),
       e.content, 15, 15, 'anthropic', 'claude-sonnet-4-6', '3f2a'
  from generate_series(0, 9) a, generate_series(0, 9999) s
  join essays e on e.number = s % 100;
insert into assay.answers (student_id, question_id, submission_id, score, marked_by, reason, evidence, provider, model, prompt_version, marked_at)
select x.student_id, q.id, x.id, 5, 'ai', 'It is met in part.',
       case when (n.n + q.number) % 50 > 0 then int4multirange(int4range(0, 20)) end, 'anthropic', 'claude-sonnet-4-6', '3f2a', now()
  from assay.submissions x
  join assay.questions q on q.assignment_id = x.assignment_id
 cross join lateral (select ('x' || right(x.id::text, 4))::bit(16)::integer as n) n
 order by x.id, q.number;
insert into assay.flags (submission_id, kind, starts_at, ends_at)
select pg_temp.id(7, s), 'role_marker', 10, 40 from generate_series(0, 99999, 50) s;
insert into assay.regrade_requests (id, teacher_id, assignment_id, submission_id, question_number, student_text, score_before)
select pg_temp.id(12, s), pg_temp.id(3, 0), pg_temp.id(5, s / 10000), pg_temp.id(7, s), 1, 'The second paragraph gives the reason.', 5
  from generate_series(7, 99999, 100) s;
-- 200 cases, each tried three times by two models.
insert into assay.cases (id, assignment_id, label, submission_id)
select pg_temp.id(13, a * 200 + c), pg_temp.id(5, a), 'Case ' || c, pg_temp.id(7, a * 10000 + c * 50 + 1)
  from generate_series(0, 9) a, generate_series(0, 199) c;
insert into assay.tries (id, case_id, number, provider, model, prompt_version, finished_at)
select pg_temp.id(14, c * 6 + t), pg_temp.id(13, c), t / 2 + 1, (array['openai', 'anthropic'])[t % 2 + 1],
       (array['gpt-4o', 'claude-sonnet-4-6'])[t % 2 + 1], '3f2a', now()
  from generate_series(0, 1999) c, generate_series(0, 5) t;
insert into assay.marks (try_id, question_id, score)
select t.id, q.id, ('x' || right(md5(t.id || q.id::text), 4))::bit(16)::integer % 11
  from assay.tries t
  join assay.cases c     on c.id = t.case_id
  join assay.questions q on q.assignment_id = c.assignment_id;
commit;
