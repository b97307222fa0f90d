-- Was this very text accepted before, and lost to an outage of every AI service?
create or replace function assay.text_was_lost(student_id uuid, assignment_id uuid, content text, at timestamptz)
    returns boolean
    language sql stable
begin atomic
    select coalesce(min(f.finished_at) > text_was_lost.at - interval '24 hours', false)
      from assay.finished_jobs f
     where f.student_id = text_was_lost.student_id
       and f.assignment_id = text_was_lost.assignment_id
       and f.content_sha256 = assay.text_digest(text_was_lost.content)
       and f.cause = 'outage'
       and f.finished_at <= text_was_lost.at;
end;

comment on function assay.text_was_lost(uuid, uuid, text, timestamptz) is
    'True when the same student''s same text (assay.text_digest) for the same assignment was accepted and failed at every AI service, for the first time within the 24 hours before: one that came again and was lost again prolongs nothing.';
