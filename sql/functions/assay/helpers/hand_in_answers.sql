-- What a student saved is handed in, and marked by the database.
create or replace function assay.hand_in_answers(student_id uuid, assignment_id uuid)
    returns uuid
    language plpgsql volatile
    set search_path = ''
as $$
#variable_conflict use_column
declare
    counting record;
    made     uuid;
begin
    select array_agg(c.answer_id) as answers, array_agg(c.question_id) as questions, array_agg(coalesce(c.score, 0)) as scores,
           sum(coalesce(c.score, 0)) as score,
           string_agg(c.number || ':' || coalesce(' ' || nullif(assay.answer_as_text(q, c.picked, c.indents, c.texts), ''), ''), E'\n'
                      order by c.number) as content
      into counting
      from assay.counting_answers(hand_in_answers.student_id, hand_in_answers.assignment_id) c
      join assay.questions q on q.id = c.question_id;

    insert into assay.submissions as s (student_id, assignment_id, content, score, original_score)
    values (hand_in_answers.student_id, hand_in_answers.assignment_id, counting.content, counting.score, counting.score)
    returning s.id into made;
    update assay.answers x
       set submission_id = made, score = n.score, marked_by = 'database', marked_at = clock_timestamp()
      from unnest(counting.answers, counting.scores) as n (answer_id, score)
     where x.id = n.answer_id;
    insert into assay.answers (student_id, question_id, submission_id, score, marked_by, marked_at)
    select hand_in_answers.student_id, n.question_id, made, n.score, 'database', clock_timestamp()
      from unnest(counting.answers, counting.questions, counting.scores) as n (answer_id, question_id, score)
     where n.answer_id is null;
    return made;
end
$$;

comment on function assay.hand_in_answers(uuid, uuid) is
    'Hands in what a student saved, of several attempts at a question the best, with a blank answer where nothing was saved; the submission. No open question may have been answered. Whoever calls it holds assay.lock_answers and a lock of the assignment.';
