-- No text is accepted or stored that came after the deadline, whoever inserts it.
create or replace function assay.submission_before_deadline()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- A text that waited was judged when it was accepted: its row says so, and is gone with its job when the batch is
    -- written. Whoever else inserts one does it at this moment, whatever time they write down and whenever their
    -- transaction began.
    if tg_table_name = 'submissions' then
        perform
           from assay.pending_submissions p
          where p.assignment_id = new.assignment_id
            and p.student_id = new.student_id
            and p.submitted_at = new.submitted_at
            and p.content = new.content;
        if found then
            return new;
        end if;
    end if;
    perform assay.check_deadline(new.student_id, new.assignment_id, new.content, greatest(new.submitted_at, clock_timestamp()));
    return new;
end
$$;

comment on function assay.submission_before_deadline() is
    'A submission arrived before its assignment''s deadline, by the database''s clock, whoever inserts it (deadline_passed).';

create or replace trigger submission_before_deadline
    before insert on assay.submissions
    for each row execute function assay.submission_before_deadline();

create or replace trigger submission_before_deadline
    before insert on assay.pending_submissions
    for each row execute function assay.submission_before_deadline();
