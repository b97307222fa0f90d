-- No text is accepted or stored that came after the deadline, whoever inserts it.
create or replace function assay.submission_before_deadline()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_table_name = 'submissions' then
        perform assay.check_deadline(new.student_id, new.assignment_id, new.content, new.submitted_at);
    else
        perform assay.check_deadline(new.student_id, new.assignment_id, new.content, new.created_at);
    end if;
    return new;
end
$$;

comment on function assay.submission_before_deadline() is
    'A submission arrived before its assignment''s deadline, whoever inserts it (deadline_passed).';

create or replace trigger submission_before_deadline
    before insert on assay.submissions
    for each row execute function assay.submission_before_deadline();

create or replace trigger submission_before_deadline
    before insert on assay.jobs
    for each row when (new.kind = 'grading' and new.submission_id is null)
    execute function assay.submission_before_deadline();
