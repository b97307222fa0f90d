-- What trying a case needs.
create function worker.load_tries(job_ids uuid[])
    returns table (job_id uuid, provider text, model text, instructions text, correction_template text, max_score integer, questions json,
                   content text, rubric_digest text, keys json)
    language sql stable security definer
    set search_path = ''
    set enable_seqscan = off
begin atomic
    select t.id, t.provider, t.model, assay.instructions_in_full(a.general_instructions, a.instructions), a.correction_template, a.max_score,
           (select coalesce(json_agg(json_build_object(
                       'number', q.number, 'title', q.title, 'prompt', q.prompt, 'max_score', q.max_score, 'guide', q.guide,
                       'levels', coalesce((select json_agg(json_build_object('score', o.score, 'text', o.text) order by o.score)
                                             from assay.options o
                                            where o.question_id = q.id), '[]'),
                       'answer', case when q.kind = 'open' and c.submission_id is not null then assay.words_of_case(c, q.id) end)
                       order by q.number), '[]')
              from assay.questions_of_cases(a.id) q),
           assay.words_of_case(c, null), encode(assay.rubric_digest(a.id), 'hex'), k.keys
      from assay.tries t
      join assay.cases c       on c.id = t.case_id
      join assay.assignments a on a.id = c.assignment_id
     cross join lateral assay.keys_of(a.teacher_id) k
     where t.id = any (load_tries.job_ids)
       and t.finished_at is null;
end;

comment on function worker.load_tries(uuid[]) is
    'For each job that tries a case: the one model to ask, the work, the criteria or open questions as assay.questions_for_marking shows them (an empty array: one score for the whole; of a text that was brought no answer is apart), the digest of the rubric in hexadecimal, and the teacher''s keys. No row: the case is gone.';
