-- What an answer earned, and why.
create or replace function assay.result_of(
    question assay.questions, answer assay.answers, with_solution boolean,
    out score integer, out is_right boolean, out reason text, out feedback_keys smallint[], out feedback text[],
    out guide text, out solution_picked smallint[], out solution_indents smallint[], out solution_texts text[], out explanation text)
    language plpgsql stable
    set search_path = ''
as $$
#variable_conflict use_column
begin
    score    := answer.score;
    is_right := answer.score = question.max_score;
    reason   := answer.reason;
    -- Of what was picked or written, and of nothing else.
    select array_agg(case when answer.picked is not null then o.key end order by o.number), array_agg(o.feedback order by o.number)
      into feedback_keys, feedback
      from assay.options o
     where o.question_id = question.id
       and o.feedback is not null
       and case question.kind
               when 'matching' then exists (select from unnest(answer.picked, answer.texts) as given (key, words)
                                             where given.key = o.key and assay.plain(given.words) = assay.plain(o.pair))
               when 'gaps'   then assay.plain(o.text) = assay.plain(answer.texts[o.place])
               when 'short'  then assay.plain(o.text) = assay.plain(answer.texts[1])
               when 'number' then abs(assay.read_number(answer.texts[1]) - assay.read_number(o.text)) <= coalesce(o.tolerance, 0)
               when 'open'   then false
               else o.key = any (answer.picked)
           end;
    if with_solution then
        guide       := question.guide;
        explanation := question.explanation;
        if question.kind = 'open' then
            solution_texts := array[question.solution];
        else
            select k.picked, k.indents, k.texts into solution_picked, solution_indents, solution_texts from assay.key_of(question) k;
        end if;
    end if;
end
$$;

comment on function assay.result_of(assay.questions, assay.answers, boolean) is
    'What a student learns of an answer that was marked, once it is revealed: score, reason, the feedback of the options picked or written; with the solution also the guide, the right answer (as assay.key_of; of an open question its model answer) and the explanation.';
