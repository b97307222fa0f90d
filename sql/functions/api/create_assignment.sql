-- A teacher uploads instructions; their template is built as a job.
create function api.create_assignment(
    token bytea, title text, instructions text, deadline timestamptz, class_id uuid, max_score integer)
    returns api.jobs
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me       assay.teachers := assay.teacher(token);
    made     assay.assignments;
    accepted api.jobs;
begin
    perform assay.set_actor('teacher', me.id);
    if create_assignment.class_id is not null then
        perform assay.own_class(me.id, create_assignment.class_id);
    end if;
    perform assay.require_key(me.id);

    insert into assay.assignments as a (teacher_id, class_id, title, instructions, max_score, max_score_given, deadline)
    values (me.id, create_assignment.class_id, coalesce(assay.nfc(create_assignment.title), assay.title_of(create_assignment.instructions)),
            create_assignment.instructions, create_assignment.max_score, create_assignment.max_score is not null,
            create_assignment.deadline)
    returning a.* into made;
    insert into assay.assignment_drafts as d (assignment_id, teacher_id, class_id, title, instructions, deadline, max_score)
    values (made.id, me.id, made.class_id, made.title, made.instructions, made.deadline, made.max_score)
    returning d.job_id, 'template', 'queued', null, null, null, made.created_at, null, null into accepted;
    return accepted;
end
$$;

comment on function api.create_assignment(bytea, text, text, timestamptz, uuid, integer) is
    'Makes an assignment that is published when the job that builds its template succeeds, and gone when it fails. 404 not_found for a class of somebody else, 422 api_key_missing.';
