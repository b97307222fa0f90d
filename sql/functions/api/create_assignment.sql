-- A teacher uploads instructions: with a rubric of their own the assignment is there at once, else a job builds what it is graded by.
create function api.create_assignment(
    token_digest bytea, title text, instructions text, deadline timestamptz, class_id uuid, max_score integer,
    criteria api.sent_question[], stated_maximum integer, build_rubric boolean, reveal text, encourage boolean, language text,
    takes text default 'text', attempts smallint default 1, collect boolean default true, terms api.sent_terms default null)
    returns table (job api.jobs, assignment api.assignments)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me      assay.teachers := assay.teacher(token_digest);
    made    assay.assignments;
    highest integer := coalesce((select sum(c.max_score) from unnest(criteria) c), create_assignment.max_score);
    claimed integer := coalesce(create_assignment.max_score, stated_maximum);
begin
    perform assay.set_actor('teacher', me.id);
    if create_assignment.class_id is not null then
        perform assay.own_class(me.id, create_assignment.class_id);
    end if;
    if takes = 'answers' then
        highest := null;  -- max_score_follows
    elsif criteria is null then
        perform assay.require_key(me.id);
    elsif claimed <> highest then
        perform assay.refuse('criteria_add_up', jsonb_build_object('sum', highest, 'max_score', claimed));
    end if;

    insert into assay.assignments as a (teacher_id, class_id, title, instructions, max_score, max_score_given, deadline, reveal, encourage, language,
                                       takes, attempts, collect)
    values (me.id, create_assignment.class_id, coalesce(assay.nfc(create_assignment.title), assay.title_of(create_assignment.instructions)),
            coalesce(create_assignment.instructions, create_assignment.title), highest, highest is not null, create_assignment.deadline,
            create_assignment.reveal, coalesce(create_assignment.encourage, false), create_assignment.language,
            create_assignment.takes, coalesce(create_assignment.attempts, 1::smallint), coalesce(create_assignment.collect, true))
    returning a.* into made;
    perform assay.set_terms(made.id, terms);
    if takes = 'answers' then
        perform assay.add_questions(made.id, criteria);
        select a.* into assignment from api.assignments a where a.id = made.id;
    elsif criteria is null then
        insert into assay.assignment_drafts as d (assignment_id, teacher_id, class_id, title, instructions, deadline, max_score, with_rubric)
        values (made.id, me.id, made.class_id, made.title, made.instructions, made.deadline, made.max_score, coalesce(build_rubric, false))
        returning d.job_id, 'template', 'queued', null, null, null, made.created_at, null, null into job;
    else
        perform assay.add_questions(made.id, criteria);
        update assay.assignments a
           set correction_template = assay.template_of_rubric(made.id), published_at = now()
         where a.id = made.id;
        select a.* into assignment from api.assignments a where a.id = made.id;
    end if;
    return next;
end
$$;

comment on function api.create_assignment(bytea, text, text, timestamptz, uuid, integer, api.sent_question[], integer, boolean, text, boolean, text, text, smallint, boolean, api.sent_terms) is
    'That takes answers: makes an unpublished one with these questions (criteria). With criteria: makes and publishes an assignment whose template is its rubric; 422 criteria_add_up when their sum is neither max_score nor, where that is null, stated_maximum (what the instructions clearly say). Without: makes one that is published when the job that builds its template, or its rubric (build_rubric), succeeds, and gone when it fails. 404 not_found for a class of somebody else, 422 api_key_missing.';
