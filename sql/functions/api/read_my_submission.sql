-- What this student handed in, and what they got for it.
create function api.read_my_submission(token_digest bytea, assignment_id uuid)
    returns api.graded_texts
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me   assay.students := assay.student(token_digest);
    mine api.graded_texts;
begin
    select g.* into mine
      from api.graded_texts g
     where g.id = (select s.id
                     from assay.submissions s
                    where s.student_id = me.id
                      and s.assignment_id = read_my_submission.assignment_id);
    if not found then
        perform assay.refuse('not_found');
    end if;
    return mine;
end
$$;

comment on function api.read_my_submission(bytea, uuid) is 'The calling student''s graded submission for an assignment; else 404 not_found.';
