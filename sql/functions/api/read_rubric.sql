-- The rubric of one assignment of the platform.
create function api.read_rubric(token_digest bytea, assignment_id uuid)
    returns api.rubrics
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    found_one api.rubrics;
begin
    perform assay.teacher(token_digest);
    select r.* into found_one from api.rubrics r where r.assignment_id = read_rubric.assignment_id;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function api.read_rubric(bytea, uuid) is 'The rubric of any teacher''s assignment, for a teacher; without criteria where there is none. 404 not_found.';
