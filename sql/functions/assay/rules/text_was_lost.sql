-- Was this very text accepted before, and lost to an outage of every AI service?
create or replace function assay.text_was_lost(student_id uuid, assignment_id uuid, content text, at timestamptz)
    returns boolean
    language sql stable
begin atomic
    select exists (
        select
          from assay.finished_jobs f
         where f.student_id = text_was_lost.student_id
           and f.assignment_id = text_was_lost.assignment_id
           and f.content_sha256 = sha256(convert_to(text_was_lost.content, 'UTF8'))
           and f.cause = 'outage'
           and f.finished_at <= text_was_lost.at
           and f.finished_at > text_was_lost.at - interval '24 hours');
end;

comment on function assay.text_was_lost(uuid, uuid, text, timestamptz) is
    'True when the same student''s same text for the same assignment was accepted and failed at every AI service within the 24 hours before.';
