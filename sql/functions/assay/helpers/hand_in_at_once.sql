-- What a student saved becomes a submission, where the database marks all of it.
-- plan_cache_mode: for arrays the plan of each call would be made anew.
create or replace function assay.hand_in_at_once(student_id uuid, assignment_id uuid, submitted_at timestamptz default now())
    returns uuid
    language plpgsql volatile
    set search_path = ''
    set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    counting record;
    made     uuid := uuidv7();
begin
    select a.encourage, c.*
      into counting
      from assay.assignments a
     cross join lateral (
           select array_agg(x.answer_id) as answers, array_agg(x.question_id) as questions, array_agg(coalesce(x.score, 0)) as scores,
                  sum(coalesce(x.score, 0)) as score, string_agg(x.number || ':' || coalesce(' ' || nullif(w.words, ''), ''), E'\n' order by x.number) as content,
                  bool_or(not assay.is_blank(x.picked, x.texts)) as some_answered, bool_or(x.answer_id is null) as some_not_saved,
                  bool_or(x.score is null and not assay.is_blank(x.picked, x.texts)) as needs_ai
             from assay.counting_answers(hand_in_at_once.student_id, a.id) x
            cross join lateral assay.answer_as_text(x.question_id, x.kind, x.picked, x.indents, x.texts) w) c
     where a.id = hand_in_at_once.assignment_id;
    if counting.needs_ai then
        return null;
    end if;
    -- Of equal attempts the last one counts, which may be blank.
    if counting.some_answered is not true
       and not exists (select from assay.questions q
                         join assay.answers x on x.question_id = q.id and x.student_id = hand_in_at_once.student_id
                        where q.assignment_id = hand_in_at_once.assignment_id
                          and q.approved_at is not null
                          and not assay.is_blank(x.picked, x.texts))
    then
        perform assay.refuse('nothing_answered');
    end if;

    insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, comment, submitted_at)
    values (made, hand_in_at_once.student_id, hand_in_at_once.assignment_id, counting.content, counting.score, counting.score,
            case when counting.encourage
                 then assay.encouragement_of(made, hand_in_at_once.assignment_id, counting.score, counting.questions, counting.scores) end,
            hand_in_at_once.submitted_at);

    -- Statements of their own: the rules for answers look at their submissions.
    update assay.answers x
       set submission_id = made, score = n.score, marked_by = 'database', marked_at = clock_timestamp()
      from unnest(counting.answers, counting.scores) as n (answer_id, score)
     where x.id = n.answer_id;
    if counting.some_not_saved then
        insert into assay.answers (student_id, question_id, submission_id, score, marked_by, marked_at)
        select hand_in_at_once.student_id, n.question_id, made, n.score, 'database', clock_timestamp()
          from unnest(counting.answers, counting.questions, counting.scores) as n (answer_id, question_id, score)
         where n.answer_id is null;
    end if;
    return made;
end
$$;

comment on function assay.hand_in_at_once(uuid, uuid, timestamptz) is
    'Makes a submission of what a student saved for an assignment (assay.counting_answers), with an answer for each question: the database marks them, blank ones earn 0; its comment is assay.encouragement_of. Answers its id, or null where an AI marks some of it, and nothing was done. 422 nothing_answered. Whoever calls it holds assay.lock_answers and a lock of the assignment.';
