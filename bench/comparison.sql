-- Cases in numbers: assignments with ten criteria, 200 cases each that a person marked, and ten models with so many tries each.
-- bench.assignments and bench.tries say how many; bench.promoted: one assignment more, with so many cases of submissions and no rubric.
begin;
set local session_replication_role = replica;
create function pg_temp.id(kind integer, number bigint) returns uuid language sql immutable
    return ('019c0000-0000-7' || lpad(to_hex(kind), 3, '0') || '-8000-' || lpad(to_hex(number), 12, '0'))::uuid;

insert into assay.teachers (id, name, email) select pg_temp.id(1, n), 'Teacher ' || n, 'teacher-' || n || '@example.org' from generate_series(1, 2) n;
insert into assay.sessions (digest, teacher_id) values (sha256('bench'), pg_temp.id(1, 1));
insert into assay.assignments (id, teacher_id, title, instructions, correction_template, max_score, reveal, deadline, published_at)
select pg_temp.id(2, a), pg_temp.id(1, 1), 'Essay', 'Write.', 'Look.', 100, 'when_graded', now(), now()
  from generate_series(0, current_setting('bench.assignments')::integer) a;  -- 0: the one without a rubric
insert into assay.questions (id, assignment_id, number, kind, title, prompt, max_score, approved_at)
select pg_temp.id(3, a * 100 + q), pg_temp.id(2, a), q, 'criterion', 'Part ' || q, 'Is there.', 10, now()
  from generate_series(1, current_setting('bench.assignments')::integer) a, generate_series(1, 10) q;

create temporary table digests on commit drop as
select r.assignment_id, r.rubric_digest from assay.rubrics_in_use r;
create temporary table ordered on commit drop as
select a, c, t, a * 1000000::bigint + c * 1000 + t as number
  from generate_series(1, current_setting('bench.assignments')::integer) a, generate_series(1, 200) c,
       generate_series(-1, 10 * current_setting('bench.tries')::integer) t
 where t <> 0;
insert into assay.cases (id, assignment_id, label, content)
select pg_temp.id(4, a * 1000 + c), pg_temp.id(2, a), 'Case', 'Words.' from (select distinct a, c from ordered) o;
insert into assay.cases (id, assignment_id, label, content)
select pg_temp.id(4, a * 1000 + 999), pg_temp.id(2, a), 'Nobody marked it', 'Words.' from (select distinct a from ordered) o;
-- Try -1 is the person's.
insert into assay.tries (id, case_id, number, provider, model, teacher_id, blind, prompt_version, rubric_digest, finished_at)
select pg_temp.id(5, o.number), pg_temp.id(4, o.a * 1000 + o.c), case when o.t < 0 then 1 else 1 + (o.t - 1) / 10 end,
       case when o.t > 0 then 'openai' end, case when o.t > 0 then 'model-' || o.t % 10 end,
       case when o.t < 0 then pg_temp.id(1, 1) end, case when o.t < 0 then true end, case when o.t > 0 then 'v1' end, d.rubric_digest, now()
  from ordered o join digests d on d.assignment_id = pg_temp.id(2, o.a);
insert into assay.marks (try_id, question_id, score, error)
select pg_temp.id(5, o.number), pg_temp.id(3, o.a * 100 + q), case when not s.bad then s.score end, case when s.bad then 'missing' end
  from ordered o, generate_series(1, 10) q,
       lateral (select (hashint8(o.c * 100 + q) & 7) + case when o.t < 0 then 0 else (hashint8(o.number * 10 + q) & 3) - 1 end as given,
                       o.t > 0 and hashint8(o.number * 7 + q) & 127 = 0 as bad) g,
       lateral (select greatest(0, least(10, g.given)) as score, g.bad) s;

insert into assay.students (id, name, email, email_verified_at, total_gold_coins)
select pg_temp.id(6, n), 'Student ' || n, 'student-' || n || '@example.org', now(), 50
  from generate_series(1, current_setting('bench.promoted')::integer) n;
insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, provider, model, prompt_version)
select pg_temp.id(7, n), pg_temp.id(6, n), pg_temp.id(2, 0), 'Words.', 50, 50, 'anthropic', 'old', 'v0'
  from generate_series(1, current_setting('bench.promoted')::integer) n;
insert into assay.coin_ledger (student_id, submission_id, assignment_id, score, coins, reason, actor, provider, model, prompt_version)
select s.student_id, s.id, s.assignment_id, 50, 50, 'graded', 'ai', 'anthropic', 'old', 'v0' from assay.submissions s;
insert into assay.submission_counts (assignment_id, submissions) select pg_temp.id(2, 0), count(*) from assay.submissions;
insert into assay.cases (id, assignment_id, label, submission_id)
select pg_temp.id(8, n), pg_temp.id(2, 0), 'Case', pg_temp.id(7, n) from generate_series(1, current_setting('bench.promoted')::integer) n;
insert into assay.tries (id, case_id, number, provider, model, prompt_version, rubric_digest, finished_at)
select pg_temp.id(9, n), pg_temp.id(8, n), 1, 'openai', 'new', 'v1', d.rubric_digest, now()
  from generate_series(1, current_setting('bench.promoted')::integer) n, digests d
 where d.assignment_id = pg_temp.id(2, 0);
insert into assay.marks (try_id, score) select pg_temp.id(9, n), n % 101 from generate_series(1, current_setting('bench.promoted')::integer) n;
commit;
