-- One assignment of the platform.
create function api.read_assignment(token_digest bytea, assignment_id uuid)
    returns api.assignments
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me        assay.teachers := assay.teacher(token_digest);
    found_one api.assignments;
begin
    select a.* into found_one
      from api.assignments a
     where a.id = read_assignment.assignment_id
       and (a.published_at is not null or a.teacher_id = me.id);
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function api.read_assignment(bytea, uuid) is 'Any teacher''s assignment, for a teacher; else 404 not_found.';
