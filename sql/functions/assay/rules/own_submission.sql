-- A submission to one of this teacher's assignments.
create or replace function assay.own_submission(teacher_id uuid, submission_id uuid)
    returns assay.submissions
    language plpgsql stable
    set search_path = ''
as $$
declare
    found_one assay.submissions;
begin
    select s.* into found_one
      from assay.submissions s
      join assay.assignments a on a.id = s.assignment_id
     where s.id = own_submission.submission_id
       and a.teacher_id = own_submission.teacher_id;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.own_submission(uuid, uuid) is 'The submission if it is to an assignment of this teacher (a deleted one too); else 404 not_found.';
