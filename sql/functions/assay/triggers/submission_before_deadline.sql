-- No text is accepted or stored that came after the deadline, whoever inserts it.
create or replace function assay.submission_before_deadline()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- Only the worker stores a text that came earlier: it was judged when it was accepted. Whoever else inserts one
    -- does it at this moment, whatever time they write down and whenever their transaction began.
    if tg_table_name = 'jobs' then
        perform assay.check_deadline(new.student_id, new.assignment_id, new.content, greatest(new.created_at, clock_timestamp()));
    elsif assay.actor() = 'ai' then
        perform assay.check_deadline(new.student_id, new.assignment_id, new.content, new.submitted_at);
    else
        perform assay.check_deadline(new.student_id, new.assignment_id, new.content, greatest(new.submitted_at, clock_timestamp()));
    end if;
    return new;
end
$$;

comment on function assay.submission_before_deadline() is
    'A submission arrived before its assignment''s deadline, by the database''s clock, whoever inserts it (deadline_passed).';

create or replace trigger submission_before_deadline
    before insert on assay.submissions
    for each row execute function assay.submission_before_deadline();

create or replace trigger submission_before_deadline
    before insert on assay.jobs
    for each row when (new.kind = 'grading' and new.submission_id is null)
    execute function assay.submission_before_deadline();
