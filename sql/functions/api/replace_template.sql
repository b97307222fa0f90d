-- A teacher writes the template themselves.
create function api.replace_template(token_digest bytea, assignment_id uuid, correction_template text, template_totals integer[] default '{}',
                                     if_match text[] default null)
    returns api.assignments
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me      assay.teachers    := assay.teacher(token_digest);
    old_one assay.assignments := assay.own_assignment(me.id, replace_template.assignment_id);
    new_one api.assignments;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_unlocked(old_one.id);
    if if_match is not null then
        perform assay.require_match(if_match, (select a.correction_template from api.assignments a where a.id = old_one.id));
    end if;
    perform assay.require_no_draft(old_one.id);
    if old_one.takes = 'answers' or assay.has_rubric(old_one.id) then  -- a quiz is marked by its questions
        perform assay.refuse('template_follows_rubric');
    end if;
    perform assay.require_same_maximum(old_one.max_score, template_totals);
    update assay.assignments a
       set correction_template     = replace_template.correction_template,
           template_provider       = null,
           template_model          = null,
           template_prompt_version = null
     where a.id = old_one.id;
    select a.* into new_one from api.assignments a where a.id = old_one.id;
    return new_one;
end
$$;

comment on function api.replace_template(bytea, uuid, text, integer[], text[]) is
    'Replaces the template of an own assignment; template_totals are the totals that it names. 404 not_found, 409 assignment_locked, assignment_not_ready or template_follows_rubric, 412 precondition_failed when it is none of if_match (null: as it may be), 422 max_score_unclear when it names another total than the maximum.';
