-- What of an assignment's questions counts when a student hands in.
create or replace function assay.counting_answers(student_id uuid, assignment_id uuid)
    returns table (answer_id uuid, question_id uuid, number smallint, kind text, picked smallint[], indents smallint[], texts text[], score integer)
    language sql stable
begin atomic
    select distinct on (q.number)
           x.id, q.id, q.number, q.kind, x.picked, x.indents, x.texts,
           assay.mark(q, x.picked, x.indents, x.texts)
      from assay.questions q
      left join assay.answers x on x.question_id = q.id and x.student_id = counting_answers.student_id and x.submission_id is null
     where q.assignment_id = counting_answers.assignment_id
       and q.approved_at is not null
     order by q.number, 8 desc nulls last, x.attempt desc;
end;

comment on function assay.counting_answers(uuid, uuid) is
    'For each approved question of an assignment the saved attempt that counts, the best one, of equal ones the last, with what the database marks it (null: an AI does, criteria and open questions that are not void); with nulls where nothing was saved.';
