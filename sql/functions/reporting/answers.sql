-- Answers that were handed in, and what each earned.
create or replace view reporting.answers as
select x.id,
       x.submission_id,
       q.assignment_id,
       a.title as assignment_title,
       a.teacher_id,
       x.student_id,
       p.name as student_name,
       x.question_id,
       q.number as question_number,
       q.kind,
       -- As assay.answer_as_text, which a reader of views may not call.
       case when q.kind in ('choice', 'choices', 'ordering', 'matching')
            then (select string_agg(case q.kind when 'ordering' then repeat('  ', coalesce(g.indent, 0)) || o.text
                                                when 'matching' then o.text || ' = ' || coalesce(g.words, '')
                                                else o.text end,
                                    case q.kind when 'ordering' then E'\n' else '; ' end order by g.at)
                    from rows from (unnest(x.picked), unnest(x.indents), unnest(x.texts)) with ordinality as g (key, indent, words, at)
                    join assay.options o on o.question_id = q.id and o.key = g.key)
            else array_to_string(x.texts, '; ', '') end as answer,
       x.score,
       q.max_score,
       x.marked_by,
       x.reason,
       (select count(*) from unnest(x.evidence) stretch) as words_quoted,
       x.quotes_unfound,
       x.provider,
       x.model,
       x.marked_at
  from assay.answers x
  join assay.questions q   on q.id = x.question_id
  join assay.assignments a on a.id = q.assignment_id
  join assay.students p    on p.id = x.student_id
 where x.submission_id is not null;

comment on view reporting.answers is
'One row per answer that was handed in, and per criterion of a text. What students only saved is in no view.
Example: select student_name, question_number, answer, score, max_score, marked_by, reason from reporting.answers order by submission_id, question_number;';
comment on column reporting.answers.submission_id    is 'The submission in which it counts.';
comment on column reporting.answers.assignment_id    is 'The assignment of the question.';
comment on column reporting.answers.assignment_title is 'The assignment of the question, by title.';
comment on column reporting.answers.student_name     is 'Who answered, by name.';
comment on column reporting.answers.question_number  is 'The place of the question in its assignment.';
comment on column reporting.answers.kind             is 'The kind of the question.';
comment on column reporting.answers.answer           is 'The answer in words; null or empty: blank, or a criterion.';
comment on column reporting.answers.score            is 'What it earned, in gold coins; null: not marked.';
comment on column reporting.answers.max_score        is 'The most it could earn.';
comment on column reporting.answers.words_quoted     is 'How many places in the student''s words were quoted as evidence.';
comment on column reporting.answers.quotes_unfound   is 'How many quotes do not stand in the student''s words.';
comment on column reporting.answers.provider         is 'The AI service that marked it; null: the database or a person did.';
comment on column reporting.answers.model            is 'The model that marked it; null: the database or a person did.';
