-- What grading a submission again needs.
create function worker.load_regrades(job_ids uuid[])
    returns table (job_id uuid, instructions text, correction_template text, max_score integer, content text, keys json)
    language sql stable security definer
    set search_path = ''
    set enable_seqscan = off
begin atomic
    select r.job_id, assay.instructions_in_full(a.general_instructions, a.instructions), a.correction_template, a.max_score, s.content, k.keys
      from assay.pending_regrades r
      join assay.submissions s on s.id = r.submission_id
      join assay.assignments a on a.id = s.assignment_id
     cross join lateral assay.keys_of(a.teacher_id) k
     where r.job_id = any (load_regrades.job_ids);
end;

comment on function worker.load_regrades(uuid[]) is
    'For each job that grades a submission again: its text, what it is graded by, and its teacher''s keys as assay.keys_of shows them. No row: the submission is gone.';
