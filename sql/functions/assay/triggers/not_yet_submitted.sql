-- A text does not even wait to be graded when one was handed in already.
create or replace function assay.not_yet_submitted()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    earlier uuid;
begin
    select s.id into earlier
      from assay.submissions s
     where s.student_id = new.student_id
       and s.assignment_id = new.assignment_id;
    if found then
        perform assay.refuse('already_submitted', jsonb_build_object('submission_id', earlier));
    end if;
    return new;
end
$$;

comment on function assay.not_yet_submitted() is
    'No second text for an assignment is accepted from a student, whoever inserts it (already_submitted).';

create or replace trigger not_yet_submitted
    before insert on assay.pending_submissions
    for each row execute function assay.not_yet_submitted();
