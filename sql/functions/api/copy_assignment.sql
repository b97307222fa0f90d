-- A teacher begins with what they made before.
create function api.copy_assignment(
    token_digest bytea, assignment_id uuid, title text, deadline timestamptz, class_given boolean, class_id uuid)
    returns api.assignments
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me       assay.teachers    := assay.teacher(token_digest);
    one      assay.assignments := assay.own_assignment(me.id, copy_assignment.assignment_id);
    for_whom uuid              := case when class_given then copy_assignment.class_id else one.class_id end;
    made     uuid;
    copied   api.assignments;
begin
    perform assay.set_actor('teacher', me.id);
    if for_whom is not null then
        perform assay.own_class(me.id, for_whom);
    end if;
    insert into assay.assignments as a (teacher_id, class_id, title, instructions, takes, reveal, attempts, encourage, collect, language,
                                       correction_template, max_score, max_score_given, deadline,
                                       template_provider, template_model, template_prompt_version,
                                       autonomy, gate_min_cases, gate_min_qwk, gate_max_bias, regrade_days)
    values (me.id, for_whom, coalesce(assay.nfc(copy_assignment.title), one.title), one.instructions, one.takes, one.reveal, one.attempts,
            one.encourage, one.collect, one.language, one.correction_template, one.max_score, one.max_score_given, copy_assignment.deadline,
            one.template_provider, one.template_model, one.template_prompt_version,
            one.autonomy, one.gate_min_cases, one.gate_min_qwk, one.gate_max_bias, one.regrade_days)
    returning a.id into made;
    insert into assay.questions (assignment_id, number, kind, title, prompt, max_score, partial, guide, solution, explanation, bloom, approved_at)
    select made, q.number, q.kind, q.title, q.prompt, q.max_score, q.partial, q.guide, q.solution, q.explanation, q.bloom,
           -- What was void must be mended before it counts.
           case when q.approved_at is not null and (q.voided_at is null or q.kind = 'criterion') then now() end
      from assay.questions q
     where q.assignment_id = one.id;
    insert into assay.options (question_id, number, text, pair, place, indent, tolerance, score, feedback)
    select n.id, o.number, o.text, o.pair, o.place, o.indent, o.tolerance, o.score, o.feedback
      from assay.questions q
      join assay.questions n on n.assignment_id = made and n.number = q.number
      join assay.options o   on o.question_id = q.id
     where q.assignment_id = one.id;
    select a.* into copied from api.assignments a where a.id = made;
    return copied;
end
$$;

comment on function api.copy_assignment(bytea, uuid, text, timestamptz, boolean, uuid) is
    'Makes an unpublished copy of an own assignment, with its template, questions and keys, for the same class unless one is given; nothing that students did is copied. A void question becomes a draft. 404 not_found, also for a class of somebody else.';
