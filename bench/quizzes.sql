-- Beside the rows of seed.sql: what rubrics and quizzes need to be measured.
-- Each essay was graded by eight criteria, with a reason and the place of a quote. And seven quizzes of 30 questions and 120
-- options for the writers' class, each of whom has saved an answer to every question and handed in none: quiz 0 stays so,
-- quizzes 1 to 6 are handed in while measuring (quizzes_again.sql puts them back).
-- Triggers rest, as in seed.sql.
begin;
set local session_replication_role = replica;
set local synchronous_commit = off;

create function pg_temp.id(kind integer, number bigint) returns uuid
    immutable parallel safe
    return format('019a0000-0000-7%s-8000-%s', lpad(to_hex(kind), 3, '0'), lpad(to_hex(number), 12, '0'))::uuid;

create temp table scale on commit drop as
select students, students / 500 + 1 as teachers, students / 50 as classes, students / 10 as assignments
  from (select current_setting('bench.students')::integer as students);

insert into assay.questions (id, assignment_id, number, kind, title, prompt, max_score, approved_at)
select pg_temp.id(14, a * 8 + c), pg_temp.id(5, a), c + 1, 'criterion', 'Criterion ' || c + 1, 'What this criterion requires.',
       case when c < 4 then 12 else 13 end, now()
  from scale, generate_series(0, assignments - 1) a, generate_series(0, 7) c
 order by 1;

-- Eight scores that add up to the submission's.
insert into assay.answers (student_id, question_id, submission_id, score, marked_by, reason, evidence, quotes_unfound, provider, model,
                           prompt_version, saved_at, marked_at)
select s.student_id, pg_temp.id(14, ('x' || right(s.assignment_id::text, 12))::bit(48)::bigint * 8 + c), s.id, (s.score + c) / 8, 'ai',
       'The text names bees and says in one place why they matter.',
       int4multirange(int4range(10 * c, 10 * c + 40), int4range(200 + 10 * c, 260 + 10 * c)), 0, s.provider, s.model,
       s.prompt_version, s.submitted_at, s.graded_at
  from assay.submissions s, generate_series(0, 7) c
 order by s.id, c;

insert into assay.assignments (id, teacher_id, class_id, title, instructions, takes, max_score, deadline, created_at, updated_at,
                               published_at, reveal)
select pg_temp.id(12, z), pg_temp.id(3, teachers - 1), pg_temp.id(4, classes), 'Test ' || z, 'Answer.', 'answers', 120,
       now() + interval '30 days', now(), now(), now(), 'when_graded'
  from scale, generate_series(0, 6) z;

create temp table kinds on commit drop as
select k.kind, k.at
  from unnest(array['choice', 'choices', 'matching', 'ordering', 'gaps', 'short', 'number']) with ordinality as k (kind, at);

insert into assay.questions (id, assignment_id, number, kind, prompt, max_score, explanation, approved_at)
select pg_temp.id(13, z * 30 + q), pg_temp.id(12, z), q, k.kind,
       'What of this is as the lesson said it is, and in which order?' || case k.kind when 'gaps' then ' A {{1}} and a {{2}}.' else '' end,
       4, 'As the lesson said.', now()
  from generate_series(0, 6) z, generate_series(1, 30) q
  join kinds k on k.at = q % 7 + 1;

insert into assay.options (question_id, number, key, text, pair, place, indent, tolerance)
select q.id, o, 5000 + o,
       case q.kind when 'matching' then case when o < 4 then 'Left ' || o end
                   when 'number'   then o::text
                   else 'Words of option ' || o end,
       case q.kind when 'matching' then 'Right ' || o end,
       case q.kind when 'choice'   then case when o = 1 then 1 end
                   when 'choices'  then case when o < 3 then 1 end
                   when 'ordering' then case when o < 4 then o end
                   when 'gaps'     then (o + 1) / 2 end,
       case when q.kind = 'ordering' and o < 4 then o - 1 end,
       case when q.kind = 'number' then 0.1 end
  from assay.questions q, generate_series(1, 4) o
 where q.assignment_id between pg_temp.id(12, 0) and pg_temp.id(12, 6);

-- Every third writer's is all right, the others' partly.
insert into assay.answers (student_id, question_id, picked, indents, texts)
select pg_temp.id(2, w), q.id,
       case q.kind when 'choice'   then case when r.is_right then '{5001}' else '{5002}' end
                   when 'choices'  then case when r.is_right then '{5001,5002}' else '{5001,5003}' end
                   when 'matching' then '{5001,5002,5003}'
                   when 'ordering' then case when r.is_right then '{5001,5002,5003}' else '{5002,5001,5003}' end end::smallint[],
       case q.kind when 'ordering' then '{0,1,2}' end::smallint[],
       case q.kind when 'matching' then case when r.is_right then '{Right 1,Right 2,Right 3}' else '{Right 2,Right 1,Right 3}' end
                   when 'gaps'     then case when r.is_right then '{words of option 1,Words of option 4}' else '{words,Words of option 3}' end
                   when 'short'    then case when r.is_right then '{ words  of option 2}' else '{other words}' end
                   when 'number'   then case when r.is_right then '{"2,05"}' else '{7}' end end::text[]
  from generate_series(0, 499) w
  join assay.questions q on q.assignment_id between pg_temp.id(12, 0) and pg_temp.id(12, 6)
 cross join lateral (select w % 3 = 0 or (w + q.number) % 2 = 0 as is_right) r
 order by w, q.assignment_id, q.number;

create schema bench;
create table bench.drafts as
select x.* from assay.answers x join assay.questions q on q.id = x.question_id
 where q.assignment_id between pg_temp.id(12, 1) and pg_temp.id(12, 6);

do $$
begin
    if exists (select from assay.submissions s
                where s.score is distinct from (select sum(x.score) from assay.answers x where x.submission_id = s.id)) then
        raise exception 'the answers do not add up';
    end if;
end
$$;
commit;
