-- What grading a text needs.
create function worker.load_texts(job_ids uuid[])
    returns table (job_id uuid, instructions text, correction_template text, max_score integer, content text, keys json)
    language sql stable security definer
    set search_path = ''
    set enable_seqscan = off
begin atomic
    select p.job_id, assay.instructions_in_full(a.general_instructions, a.instructions), a.correction_template, a.max_score, p.content, k.keys
      from assay.pending_submissions p
      join assay.assignments a on a.id = p.assignment_id
     cross join lateral assay.keys_of(a.teacher_id) k
     where p.job_id = any (load_texts.job_ids);
end;

comment on function worker.load_texts(uuid[]) is
    'For each job that grades a text: the text, what it is graded by, and its teacher''s keys as assay.keys_of shows them. No row: the text is gone.';
