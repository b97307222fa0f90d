-- What a student is told of work that no AI marked.
create or replace function assay.encouragement_of(submission_id uuid, assignment_id uuid, score bigint, question_ids uuid[], scores integer[])
    returns text
    language sql stable
begin atomic
    select assay.encourage(
               encouragement_of.submission_id, m.share,
               assay.language_of(a.language, concat_ws(E'\n', a.instructions, m.prompts)),
               case when m.best_share > 0 then m.best end, case when m.worst_share < 1 then m.worst end)
      from assay.assignments a
     cross join lateral (
           select encouragement_of.score::numeric / sum(q.max_score) as share, string_agg(q.prompt, E'\n' order by q.number) as prompts,
                  max(n.score::numeric / q.max_score) as best_share, min(n.score::numeric / q.max_score) as worst_share,
                  (array_agg(assay.question_name(q) order by n.score::numeric / q.max_score desc, q.max_score desc, q.number))[1] as best,
                  (array_agg(assay.question_name(q) order by n.score::numeric / q.max_score, q.max_score desc, q.number))[1] as worst
             from unnest(encouragement_of.question_ids, encouragement_of.scores) as n (question_id, score)
             join assay.questions q on q.id = n.question_id) m
     where a.id = encouragement_of.assignment_id
       and a.encourage
       and m.share is not null;
end;

comment on function assay.encouragement_of(uuid, uuid, bigint, uuid[], integer[]) is
    'As assay.encourage, for a submission with this score, and these of its questions, in the assignment''s language; null where the assignment does not encourage.';
