-- What marking a submission by its questions again needs.
create function worker.load_question_regrades(job_ids uuid[])
    returns table (job_id uuid, instructions text, correction_template text, questions json, content text, comment_language text, keys json)
    language sql stable security definer
    set search_path = ''
    set enable_seqscan = off
begin atomic
    select r.job_id, assay.instructions_in_full(a.general_instructions, a.instructions), a.correction_template,
           assay.questions_for_marking(a.id, s.student_id), s.content, case when a.encourage then coalesce(a.language, '') end, k.keys
      from assay.pending_regrades r
      join assay.submissions s on s.id = r.submission_id
      join assay.assignments a on a.id = s.assignment_id
     cross join lateral assay.keys_of(a.teacher_id) k
     where r.job_id = any (load_question_regrades.job_ids);
end;

comment on function worker.load_question_regrades(uuid[]) is
    'As worker.load_questions, for each job that marks a submission again. No row: the submission is gone.';
