-- A teacher puts the questions of a quiz into another order.
create function api.order_questions(token_digest bytea, assignment_id uuid, numbers integer[])
    returns setof api.questions
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, order_questions.assignment_id);
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_quiz(one.id);
    perform assay.require_unlocked(one.id);
    if array(select n.number from unnest(numbers) as n (number) order by 1)
       is distinct from array(select q.number::integer from assay.questions q where q.assignment_id = one.id order by 1)
    then
        perform assay.refuse('question_numbers_in_order');
    end if;
    update assay.questions q
       set number = n.place
      from unnest(numbers) with ordinality as n (number, place)
     where q.assignment_id = one.id
       and q.number = n.number
       and q.number <> n.place;
    return query select q.* from api.questions q where q.assignment_id = one.id order by q.number;
end
$$;

comment on function api.order_questions(bytea, uuid, integer[]) is
    'Numbers the questions of an own quiz anew: numbers names each by its present number, once, in the new order. The questions in order. 404 not_found, 409 assignment_locked or template_follows_rubric, 422 question_numbers_in_order.';
