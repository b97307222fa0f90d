-- No text is accepted or stored that came after the deadline, whoever inserts it.
create or replace function assay.submission_before_deadline()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- A text that waited was judged when it was accepted: its row says so, and is gone with its job when the batch is
    -- written. Whoever else inserts one is judged by this moment (assay.check_deadline).
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
    perform assay.check_deadline(new.student_id, new.assignment_id, new.content, new.submitted_at);
    return new;
end
$$;

comment on function assay.submission_before_deadline() is
    'A submission arrived before its assignment''s deadline, by the database''s clock, or holds what its student saved before it, whoever inserts it (deadline_passed).';

create or replace trigger submission_before_deadline
    before insert on assay.submissions
    for each row execute function assay.submission_before_deadline();

create or replace trigger submission_before_deadline
    before insert on assay.pending_submissions
    for each row execute function assay.submission_before_deadline();
