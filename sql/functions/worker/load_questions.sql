-- What marking a submission by its questions needs.
create function worker.load_questions(job_ids uuid[])
    returns table (job_id uuid, instructions text, correction_template text, questions json, content text, comment_language text, keys json)
    language sql stable security definer
    set search_path = ''
    set enable_seqscan = off
begin atomic
    select p.job_id, assay.instructions_in_full(a.general_instructions, a.instructions), a.correction_template,
           assay.questions_for_marking(a.id, p.student_id), p.content, case when a.encourage then coalesce(a.language, '') end, k.keys
      from assay.pending_submissions p
      join assay.assignments a on a.id = p.assignment_id
     cross join lateral assay.keys_of(a.teacher_id) k
     where p.job_id = any (load_questions.job_ids);
end;

comment on function worker.load_questions(uuid[]) is
    'For each job that marks a submission by questions: its text, the questions as assay.questions_for_marking shows them, the language of the comment (null: none is wanted; empty: that of the instructions), and its teacher''s keys. No row: the text is gone.';
