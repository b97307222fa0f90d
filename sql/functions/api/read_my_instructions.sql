-- The instructions of one assignment of this student's classes.
create function api.read_my_instructions(token_digest bytea, assignment_id uuid)
    returns table (title text, instructions text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.students := assay.student(token_digest);
begin
    return query
    select a.title::text, a.instructions::text
      from assay.assignments a
     where a.id = read_my_instructions.assignment_id
       and assay.is_visible(me.id, a.id);
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.read_my_instructions(bytea, uuid) is 'Title and instructions of an assignment the calling student can see; else 404 not_found.';
