-- A teacher uploads instructions; their template is built as a job.
create function api.create_assignment(
    token bytea, title text, instructions text, deadline timestamptz, class_id uuid, max_score integer)
    returns api.jobs
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me       assay.teachers := assay.teacher(token);
    accepted api.jobs;
begin
    perform assay.act_as('teacher', me.id);
    if create_assignment.class_id is not null then
        perform assay.own_class(me.id, create_assignment.class_id);
    end if;
    perform assay.refuse_without_key(me.id);

    insert into assay.jobs as j (kind, teacher_id, draft_title, draft_instructions, draft_deadline, draft_class_id, draft_max_score)
    values ('template', me.id, coalesce(create_assignment.title, assay.title_of(create_assignment.instructions)),
            create_assignment.instructions, create_assignment.deadline, create_assignment.class_id, create_assignment.max_score)
    returning j.id, j.kind, 'queued', null, null, null, j.created_at, null, null into accepted;
    return accepted;
end
$$;

comment on function api.create_assignment(bytea, text, text, timestamptz, uuid, integer) is
    'Accepts instructions as a job that builds their template; the assignment appears when it succeeds. 404 not_found for a class of somebody else, 422 api_key_missing.';
