-- So many quizzes (`bench.quizzes`) of 30 questions, each handed in by a thousand students. Triggers rest, as in seed.sql.
begin;
set local session_replication_role = replica;
set local synchronous_commit = off;

create function pg_temp.id(kind integer, number bigint) returns uuid
    immutable parallel safe
    return format('019a0000-0000-7%s-8000-%s', lpad(to_hex(kind), 3, '0'), lpad(to_hex(number), 12, '0'))::uuid;

insert into assay.teachers (id, name, email) values (pg_temp.id(3, 0), 'Teacher', 'teacher-0@example.org');
insert into assay.sessions (digest, teacher_id) values (sha256(convert_to(md5('teacher-0'), 'UTF8')), pg_temp.id(3, 0));
insert into assay.students (id, name, email, email_verified_at)
select pg_temp.id(1, s), 'Student ' || s, 'student-' || s || '@example.org', now() from generate_series(0, 999) s;

insert into assay.assignments (id, teacher_id, title, instructions, takes, max_score, deadline, published_at, reveal)
select pg_temp.id(10, z), pg_temp.id(3, 0), 'Quiz ' || z, 'Answer.', 'answers', 120, now(), now(), 'when_graded'
  from generate_series(1, current_setting('bench.quizzes')::integer) z;
insert into assay.questions (id, assignment_id, number, kind, prompt, max_score, approved_at)
select pg_temp.id(11, z * 30 + q), pg_temp.id(10, z), q, (array['choice', 'choices', 'short'])[q % 3 + 1], 'Which?', 4, now()
  from generate_series(1, current_setting('bench.quizzes')::integer) z, generate_series(1, 30) q;
insert into assay.options (question_id, number, key, text, place)
select q.id, o, 5000 + o, 'Words ' || o, case when o = 1 or o = 2 and q.kind = 'choices' then 1 end
  from assay.questions q, generate_series(1, 4) o;

-- The better a student, the more is right: question q is right for those above a mark of its own.
insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, submitted_at, graded_at)
select pg_temp.id(7, z * 1000 + s), pg_temp.id(1, s), pg_temp.id(10, z), 'Answers.', 0, 0, now(), now()
  from generate_series(1, current_setting('bench.quizzes')::integer) z, generate_series(0, 999) s;
insert into assay.answers (student_id, question_id, submission_id, picked, texts, score, marked_by, saved_at, marked_at)
select x.student_id, q.id, x.id,
       case when q.kind <> 'short' then case when r.is_right then (case q.kind when 'choice' then '{5001}' else '{5001,5002}' end)::smallint[]
                                             else array[5003 + r.n % 2]::smallint[] end end,
       case when q.kind = 'short' then case when r.is_right then array['Words 1'] else array[''] end end,
       case when r.is_right then 4 else 0 end, 'database', now(), now()
  from assay.submissions x
  join assay.questions q on q.assignment_id = x.assignment_id
 cross join lateral (select ('x' || right(x.id::text, 4))::bit(16)::integer % 1000 as n) n
 cross join lateral (select n.n, n.n + n.n * q.number * 7919 % 400 > 35 * q.number as is_right) r
 order by x.id, q.number;
update assay.submissions s
   set score = n.score, original_score = n.score
  from (select x.submission_id, sum(x.score) as score from assay.answers x group by 1) n
 where n.submission_id = s.id;
commit;
