-- A teacher writes the rubric anew, or takes it away: then a job builds a template.
create function api.replace_rubric(token_digest bytea, assignment_id uuid, criteria api.sent_question[], if_match text[] default null)
    returns table (job api.jobs, rubric api.rubrics)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me      assay.teachers    := assay.teacher(token_digest);
    old_one assay.assignments := assay.own_assignment(me.id, replace_rubric.assignment_id);
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_unlocked(old_one.id);
    if if_match is not null then
        perform assay.require_match(if_match, (select json_build_object('criteria', r.criteria, 'max_score', r.max_score)::text
                                                 from api.rubrics r where r.assignment_id = old_one.id));
    end if;
    perform assay.require_no_draft(old_one.id);
    perform assay.require_what_is_edited(old_one.takes, false, criteria is not null);
    if criteria is not null then
        delete from assay.questions q where q.assignment_id = old_one.id;
        perform assay.add_questions(old_one.id, criteria);
        update assay.assignments a
           set max_score               = (select sum(c.max_score) from unnest(criteria) c),
               max_score_given         = true,
               correction_template     = assay.template_of_rubric(a.id),
               template_provider       = null,
               template_model          = null,
               template_prompt_version = null
         where a.id = old_one.id;
    elsif assay.has_rubric(old_one.id) then
        perform assay.require_key(me.id);
        insert into assay.assignment_drafts as d (assignment_id, teacher_id, class_id, title, instructions, deadline, max_score)
        values (old_one.id, me.id, old_one.class_id, old_one.title, old_one.instructions, old_one.deadline, old_one.max_score)
        returning d.job_id, 'template', 'queued', d.assignment_id, null, null, now(), null, null, null, old_one.title into job;
    end if;
    select r.* into rubric from api.rubrics r where r.assignment_id = old_one.id;
    return next;
end
$$;

comment on function api.replace_rubric(bytea, uuid, api.sent_question[], text[]) is
    'Replaces the rubric of an own assignment, its maximum (the sum) and its template; null takes the rubric away: a job builds a template for the same maximum. 404 not_found, 409 assignment_locked or assignment_not_ready, 412 precondition_failed when it is none of if_match (null: as it may be), 422 api_key_missing, kind_fits_assignment for one that takes answers, or the rule for criteria that refuses.';
