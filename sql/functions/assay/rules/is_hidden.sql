-- Must its teacher not see yet what a machine gave?
create or replace function assay.is_hidden(submission_id uuid)
    returns boolean
    language sql stable
begin atomic
    select exists (select from assay.hidden_submissions h where h.submission_id = is_hidden.submission_id);
end;

comment on function assay.is_hidden(uuid) is
    'True while a submission is in assay.hidden_submissions: its score, its outcome and the tries are kept from its teacher.';
