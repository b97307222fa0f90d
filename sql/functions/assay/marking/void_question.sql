-- A question does not count: everybody earns its maximum.
create or replace function assay.void_question(question_id uuid)
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile
    set search_path = ''
as $$
begin
    update assay.questions q
       set voided_at = coalesce(q.voided_at, now())
     where q.id = void_question.question_id;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return query select r.* from assay.remark(array[void_question.question_id]) r;
end
$$;

comment on function assay.void_question(uuid) is
    'Makes a question void: every answer that was handed in earns its maximum, whoever marked it, and so will those to come. 404 not_found.';
