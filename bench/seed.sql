-- Rows for measuring: `bench.students` students, a tenth as many assignments, twenty times as many submissions.
--   set bench.students = 50000;   -- 5,000 assignments, 1,000,000 submissions
--   \i bench/seed.sql
-- Every student is in four classes of five assignments and has handed in all twenty; a class has 200 students, a teacher
-- ten classes. Beside them, 500 students ("writers") of one more class have 100 open assignments and nothing handed in.
-- Triggers and foreign keys rest meanwhile (session_replication_role), so what they would have kept is written here:
-- totals, ledger, counts, addresses. The last statement looks whether it is right.
-- `bench.essay` is the length of a text, 2,000 unless set. A token is md5('student-7'), md5('teacher-7') or
-- md5('writer-7'); the database knows its SHA-256 only.
begin;
set local session_replication_role = replica;
set local synchronous_commit = off;

create function pg_temp.id(kind integer, number bigint) returns uuid
    immutable parallel safe
    return format('019a0000-0000-7%s-8000-%s', lpad(to_hex(kind), 3, '0'), lpad(to_hex(number), 12, '0'))::uuid;
create function pg_temp.digest(token_of text) returns bytea
    immutable parallel safe
    return sha256(convert_to(md5(token_of), 'UTF8'));

create temp table scale on commit drop as
select students, students / 500 + 1 as teachers, students / 50 as classes, students / 10 as assignments
  from (select current_setting('bench.students')::integer as students);

-- Two hundred essays of 2 kB in a made-up language of 4,000 words, about as compressible as English.
create temp table essays on commit drop as
select e as number,
       left((select string_agg(substr(md5((e * 131 + w * w) % 4000 || ''), 1, 3 + (e + w * 7) % 8), ' ' order by w)
               from generate_series(1, 320) w),
            coalesce(nullif(current_setting('bench.essay', true), ''), '2000')::integer) as content
  from generate_series(0, 199) e;

insert into assay.teachers (id, name, email, password_hash)
select pg_temp.id(3, t), 'Teacher ' || t, 'teacher-' || t || '@example.org', 'hash'
  from scale, generate_series(0, teachers - 1) t;

insert into assay.sessions (digest, student_id, teacher_id)
select pg_temp.digest('student-' || s), pg_temp.id(1, s), null::uuid from scale, generate_series(0, students - 1) s
union all
select pg_temp.digest('writer-' || w), pg_temp.id(2, w), null from generate_series(0, 499) w
union all
select pg_temp.digest('teacher-' || t), null, pg_temp.id(3, t) from scale, generate_series(0, teachers - 1) t;

-- Student 1 was mailed a link to verify the address, student 2 one to set a password.
insert into assay.links (digest, purpose, student_id, expires_at)
values (pg_temp.digest('verify'), 'verify_email', pg_temp.id(1, 1), now() + interval '1 day'),
       (pg_temp.digest('reset'), 'set_password', pg_temp.id(1, 2), now() + interval '1 day');

insert into assay.api_keys (teacher_id, provider, sealed, last4)
select t.id, 'openai', '\x00', 'none' from assay.teachers t where t.email like '%@example.org';

-- The last class is the writers', of the last teacher.
insert into assay.classes (id, teacher_id, name, student_count)
select pg_temp.id(4, c), pg_temp.id(3, least(c / 10, teachers - 1)), 'Class ' || c, case c when classes then 500 else 200 end
  from scale, generate_series(0, classes) c;

insert into assay.enrolments (class_id, student_id)
select pg_temp.id(4, (s * 4 + j) % classes), pg_temp.id(1, s)
  from scale, generate_series(0, students - 1) s, generate_series(0, 3) j
union all
select pg_temp.id(4, classes), pg_temp.id(2, w) from scale, generate_series(0, 499) w;

insert into assay.assignments (id, teacher_id, class_id, title, instructions, correction_template, max_score, deadline,
                               created_at, updated_at, published_at, reveal)
select pg_temp.id(5, a), pg_temp.id(3, a / 50), pg_temp.id(4, a / 5), 'Essay ' || a || ': ' || left(e.content, 40),
       left(e.content, 1000), left(e.content, 1500), 100, now() + interval '30 days', now() - interval '1 year', now(), now() - interval '1 year', 'when_graded'
  from scale, generate_series(0, assignments - 1) a
  join essays e on e.number = a % 200
union all
select pg_temp.id(6, o), pg_temp.id(3, teachers - 1), pg_temp.id(4, classes), 'Open essay ' || o,
       left(e.content, 1000), left(e.content, 1500), 100, now() + interval '30 days', now(), now(), now(), 'when_graded'
  from scale, generate_series(0, 99) o
  join essays e on e.number = o;

-- And a quiz of two questions, of which one writer has answered the first.
insert into assay.assignments (id, teacher_id, class_id, title, instructions, takes, max_score, deadline, created_at, updated_at,
                               published_at, reveal, attempts)
select pg_temp.id(10, 0), pg_temp.id(3, teachers - 1), pg_temp.id(4, classes), 'Quiz', 'Answer.', 'answers', 4,
       now() + interval '30 days', now(), now(), now(), 'at_once', 3
  from scale;
insert into assay.questions (id, assignment_id, number, kind, prompt, max_score, approved_at)
select pg_temp.id(11, q), pg_temp.id(10, 0), q, 'choices', 'Which?', 2, now() from generate_series(1, 2) q;
insert into assay.options (question_id, number, key, text, place)
select pg_temp.id(11, q), o, 5000 + o, 'Option ' || o, case when o < 3 then 1 end from generate_series(1, 2) q, generate_series(1, 4) o;
insert into assay.answers (student_id, question_id, picked) values (pg_temp.id(2, 7), pg_temp.id(11, 1), '{5001}');

-- And sixty quizzes of twenty questions, of a class of ten writers who have saved an answer to each and handed in none.
insert into assay.classes (id, teacher_id, name, student_count)
select pg_temp.id(4, classes + 1), pg_temp.id(3, teachers - 1), 'Quizzes', 10 from scale;
insert into assay.enrolments (class_id, student_id)
select pg_temp.id(4, classes + 1), pg_temp.id(2, w) from scale, generate_series(490, 499) w;
insert into assay.assignments (id, teacher_id, class_id, title, instructions, takes, max_score, deadline, created_at, updated_at,
                               published_at, reveal, attempts)
select pg_temp.id(10, z), pg_temp.id(3, teachers - 1), pg_temp.id(4, classes + 1), 'Quiz ' || z, 'Answer.', 'answers', 40,
       now() + interval '30 days', now(), now(), now(), 'at_once', 3
  from scale, generate_series(1, 60) z;
insert into assay.questions (id, assignment_id, number, kind, prompt, max_score, approved_at)
select pg_temp.id(11, z * 20 + q), pg_temp.id(10, z), q, 'choices', 'Which?', 2, now()
  from generate_series(1, 60) z, generate_series(1, 20) q;
insert into assay.options (question_id, number, key, text, place)
select pg_temp.id(11, q), o, 5000 + o, 'Option ' || o, case when o < 3 then 1 end
  from generate_series(21, 1220) q, generate_series(1, 4) o;
insert into assay.answers (student_id, question_id, picked)
select pg_temp.id(2, w), pg_temp.id(11, q), array[5001, 5003]::smallint[]
  from generate_series(21, 1220) q, generate_series(490, 499) w;

-- Handed in over five weeks; on any day fifty classes do so, in no order: a student's rows lie far apart.
create temp table handed_in on commit drop as
select row_number() over (order by i, class / 50, hashint8(s * 20::bigint + j * 5 + i)) as number,
       s as student, class * 5 + i as assignment
  from (select s, j, i, (s * 4 + j) % classes as class
          from scale, generate_series(0, students - 1) s, generate_series(0, 3) j, generate_series(0, 4) i) x;

insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, feedback, provider, model,
                               prompt_version, submitted_at, graded_at)
select pg_temp.id(7, h.number), pg_temp.id(1, h.student), pg_temp.id(5, h.assignment), e.content,
       h.number % 101, h.number % 101, left(e.content, (150 + h.number % 100)::integer), 'anthropic', 'claude-sonnet-4-6', '3f2a',
       now() - interval '40 days' + h.number * interval '1 millisecond', now() - interval '39 days' + h.number * interval '1 millisecond'
  from handed_in h
  join essays e on e.number = h.number % 200
 order by h.number;

insert into assay.flags (submission_id, kind, starts_at, ends_at)
select pg_temp.id(7, h.number), 'asks_for_score', 10, 40 from handed_in h where h.number % 50 = 0 order by h.number;

-- One mark in a hundred is disputed; of four of those one request is still open.
insert into assay.regrade_requests (id, teacher_id, assignment_id, submission_id, student_text, state, answer, score_before, decided_at)
select pg_temp.id(12, h.number), pg_temp.id(3, h.assignment / 50), pg_temp.id(5, h.assignment), pg_temp.id(7, h.number),
       'The second paragraph gives the reason.', x.state, case x.state when 'rejected' then 'It does not.' end, h.number % 101,
       case x.state when 'rejected' then now() end
  from handed_in h
 cross join lateral (select case h.number % 400 when 1 then 'open' else 'rejected' end as state) x
 where h.number % 100 = 1
 order by h.number;

-- The first three of each assignment are cases, which a model and its teacher have marked.
create temporary table chosen as
select h.number, h.assignment
  from (select h.*, row_number() over (partition by h.assignment order by h.number) as place from handed_in h) h
 where h.place <= 3;
insert into assay.cases (id, assignment_id, label, submission_id)
select pg_temp.id(13, c.number), pg_temp.id(5, c.assignment), 'Case', pg_temp.id(7, c.number) from chosen c order by c.number;
insert into assay.cases (id, assignment_id, label)
select pg_temp.id(16, c.assignment / 50), pg_temp.id(5, c.assignment), 'Empty' from chosen c where c.assignment % 50 = 0 group by c.assignment order by 1;
insert into assay.tries (id, case_id, number, provider, model, teacher_id, blind, prompt_version, rubric_digest, finished_at)
select pg_temp.id(14, c.number), pg_temp.id(13, c.number), 1, 'openai', 'gpt-6-luna', null::uuid, null::boolean, '3f2a', r.rubric_digest, now()
  from chosen c join assay.rubrics_in_use r on r.assignment_id = pg_temp.id(5, c.assignment)
union all
select pg_temp.id(15, c.number), pg_temp.id(13, c.number), 1, null, null, pg_temp.id(3, c.assignment / 50), false, null, r.rubric_digest, now()
  from chosen c join assay.rubrics_in_use r on r.assignment_id = pg_temp.id(5, c.assignment);
insert into assay.marks (try_id, score)
select pg_temp.id(14, c.number), c.number % 101 from chosen c
union all
select pg_temp.id(15, c.number), c.number % 97 from chosen c;

insert into assay.coin_ledger (id, student_id, submission_id, assignment_id, score, coins, reason, actor, provider, model,
                               prompt_version, created_at)
select pg_temp.id(8, h.number), pg_temp.id(1, h.student), pg_temp.id(7, h.number), pg_temp.id(5, h.assignment),
       h.number % 101, h.number % 101, 'graded', 'ai', 'anthropic', 'claude-sonnet-4-6', '3f2a',
       now() - interval '39 days' + h.number * interval '1 millisecond'
  from handed_in h
 order by h.number;

insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score, attempt, created_at,
                                 finished_at)
select pg_temp.id(9, h.number), 'grading', pg_temp.id(3, h.assignment / 50), pg_temp.id(1, h.student),
       pg_temp.id(5, h.assignment), pg_temp.id(7, h.number), h.number % 101, 1,
       now() - interval '20 days', now() - interval '19 days' + h.number * interval '1 millisecond'
  from handed_in h
 where h.number % 4 = 0        -- those of the last 30 days
 order by h.number;

insert into assay.submission_counts (assignment_id, submissions)
select pg_temp.id(5, h.assignment), count(*) from handed_in h group by h.assignment order by 1;

-- Last, with what they were paid: one statement that changed them all would leave half of each page empty.
insert into assay.students (id, name, email, password_hash, email_verified_at, total_gold_coins, created_at)
select pg_temp.id(1, s), 'Student ' || md5('name' || s), 'student-' || s || '@example.org', 'hash', now(), paid.coins,
       now() - interval '1 year'
  from scale, generate_series(0, students - 1) s
  join (select h.student, sum(h.number % 101) as coins from handed_in h group by h.student) paid on paid.student = s
 order by s;

insert into assay.students (id, name, email, password_hash, email_verified_at, created_at)
select pg_temp.id(2, w), 'Writer ' || md5('name' || w), 'writer-' || w || '@example.org', 'hash', now(), now() - interval '1 year'
  from generate_series(0, 499) w;

insert into assay.email_addresses (address, student_id, teacher_id)
select s.email, s.id, null::uuid from assay.students s where s.email like '%@example.org'
union all
select t.email, null, t.id from assay.teachers t where t.email like '%@example.org';

do $$
begin
    if exists (select from assay.students s
                 left join (select x.student_id, sum(x.score) as coins from assay.submissions x group by 1) g on g.student_id = s.id
                 left join (select l.student_id, sum(l.coins) as coins from assay.coin_ledger l group by 1) p on p.student_id = s.id
                where (s.total_gold_coins, s.total_gold_coins)
                      is distinct from (coalesce(g.coins, 0), coalesce(p.coins, 0)))
       or exists (select from assay.assignments a
                    left join (select x.assignment_id, count(*) as n from assay.submissions x group by 1) c on c.assignment_id = a.id
                    left join (select n.assignment_id, sum(n.submissions) as submissions from assay.submission_counts n group by 1) k
                           on k.assignment_id = a.id
                   where coalesce(k.submissions, 0) <> coalesce(c.n, 0))
       or exists (select from assay.classes c
                   where c.student_count <> (select count(*) from assay.enrolments e where e.class_id = c.id))
    then
        raise exception 'the seed does not add up';
    end if;
end
$$;
commit;
