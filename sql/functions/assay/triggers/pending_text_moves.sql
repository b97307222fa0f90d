-- A text that was judged by its pending row takes that row's place: both never stand at once.
create or replace function assay.pending_text_moves()
    returns trigger
    language plpgsql
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    pending uuid;
begin
    select p.job_id into pending
      from assay.pending_submissions p
     where p.assignment_id = new.assignment_id
       and p.student_id = new.student_id;
    if found then
        perform assay.refuse('submission_pending', jsonb_build_object('job_id', pending));
    end if;
    return null;
end
$$;

comment on function assay.pending_text_moves() is
    'At commit no submission stands beside a pending text of the same student for the same assignment, whoever inserted it (submission_pending).';

drop trigger if exists pending_text_moves on assay.submissions;
create constraint trigger pending_text_moves
    after insert on assay.submissions
    deferrable initially deferred
    for each row execute function assay.pending_text_moves();
