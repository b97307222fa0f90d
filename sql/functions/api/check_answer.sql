-- A student has a saved answer marked at once, where the assignment gives feedback at once.
create function api.check_answer(token_digest bytea, assignment_id uuid, number integer)
    returns table (kind text, max_score integer, attempts_left integer, score integer, is_right boolean, reason text,
                   feedback_keys smallint[], feedback text[], guide text, solution_picked smallint[], solution_indents smallint[],
                   solution_texts text[], explanation text)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me      assay.students  := assay.student(token_digest);
    asked   assay.questions := assay.visible_question(me.id, check_answer.assignment_id, check_answer.number);
    answer  assay.answers;
    earlier uuid;
    left_   integer;
begin
    perform assay.set_actor('student', me.id);
    if asked.kind = 'open' or not exists (select from assay.assignments a where a.id = asked.assignment_id and a.reveal = 'at_once') then
        perform assay.refuse('not_checkable');
    end if;
    perform assay.lock_answers(me.id);
    select s.id into earlier from assay.submissions s where s.student_id = me.id and s.assignment_id = asked.assignment_id;
    if found then
        perform assay.refuse('already_submitted', jsonb_build_object('submission_id', earlier));
    end if;
    select x.* into answer
      from assay.answers x
     where x.student_id = me.id
       and x.question_id = asked.id
     order by x.attempt desc
     limit 1;
    if not found or answer.checked_at is null and assay.is_blank(answer.picked, answer.texts) then
        perform assay.refuse('nothing_saved');
    end if;
    if answer.checked_at is null then
        perform assay.require_attempt(me.id);
        -- As in a hand-in: the key that marks it is the one that stands (assay.remark).
        perform from assay.assignments a where a.id = asked.assignment_id for share;
        select q.* into asked from assay.questions q where q.id = asked.id;
        update assay.answers x
           set checked_at = clock_timestamp(), score = assay.mark(asked, x.picked, x.indents, x.texts),
               marked_by = 'database', marked_at = clock_timestamp()
         where x.id = answer.id
        returning x.* into answer;
    end if;
    left_ := assay.attempts_left(me.id, asked);
    return query select asked.kind, asked.max_score, left_, r.* from assay.result_of(asked, answer, left_ = 0) r;
end
$$;

comment on function api.check_answer(bytea, uuid, integer) is
    'Marks what is saved and makes it final; a check without a new save answers the same and uses no attempt. With the solution when it is all right or no attempt is left. 404 not_found, 409 not_checkable, nothing_saved, already_submitted, submission_pending or deadline_passed, 429 rate_limited.';
