-- What building a correction template or a rubric needs.
create function worker.load_drafts(job_ids uuid[])
    returns table (job_id uuid, instructions text, max_score integer, keys json)
    language sql stable security definer
    set search_path = ''
    set enable_seqscan = off
begin atomic
    select d.job_id, assay.instructions_in_full(a.general_instructions, d.instructions), d.max_score, k.keys
      from assay.assignment_drafts d
      join assay.assignments a on a.id = d.assignment_id
     cross join lateral assay.keys_of(d.teacher_id) k
     where d.job_id = any (load_drafts.job_ids);
end;

comment on function worker.load_drafts(uuid[]) is
    'For each job that builds a template or a rubric: the instructions, the maximum if the teacher gave one, and their keys as assay.keys_of shows them. No row: the draft is gone.';
