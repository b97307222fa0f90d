-- An answer that counts is one of its submission, earns what its question gives, and quotes words that are there.
-- enable_seqscan: how many rows a statement writes is not known when its plan is made.
create or replace function assay.answer_is_whole()
    returns trigger
    language plpgsql
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    written     record;
    first_wrong record;
begin
    -- What is saved before it is handed in says nothing of all this.
    select bool_or(num_nonnulls(n.submission_id, n.score) > 0) as counts, bool_or(not isempty(n.evidence)) as quotes into written from new_rows n;
    if (written.counts or written.quotes) is not true then
        return null;
    end if;

    select w.*
      into first_wrong
      from (select case when n.submission_id is not null and s.id is null then 'answer_of_submission'
                        when not (n.score between 0 and q.max_score) then 'answer_score_in_range'
                        when n.marked_by <> 'database' and q.kind in ('criterion', 'open')
                             and l.levels is not null and (n.score = any (l.levels)) is not true then 'score_is_a_level' end as rule,
                   q.max_score, l.levels
              from new_rows n
              join assay.questions q on q.id = n.question_id
              left join assay.submissions s
                     on s.id = n.submission_id
                    and s.assignment_id = q.assignment_id
                    and q.approved_at is not null
              left join (select o.question_id, array_agg(o.score order by o.score) as levels
                           from assay.options o
                          where o.question_id = any (array(select distinct m.question_id from new_rows m where m.marked_by <> 'database'))
                          group by o.question_id) l
                     on l.question_id = n.question_id) w
     where w.rule is not null
     limit 1;
    if first_wrong.rule = 'answer_of_submission' then
        perform assay.refuse('answer_of_submission');
    elsif first_wrong.rule = 'answer_score_in_range' then
        perform assay.refuse('answer_score_in_range', jsonb_build_object('max_score', first_wrong.max_score));
    elsif first_wrong.rule = 'score_is_a_level' then
        perform assay.refuse('score_is_a_level', jsonb_build_object('levels', to_jsonb(first_wrong.levels)));
    end if;

    if written.quotes is not true then
        return null;
    end if;
    -- A text is measured once, and not again for each criterion that quotes it.
    perform
       from (select n.submission_id, case when q.kind <> 'criterion' then n.id end as answer_id, max(n.texts[1]) as words, q.kind = 'criterion' as in_text,
                    min(lower(n.evidence)) as starts_at, max(upper(n.evidence)) as ends_at,
                    bool_or(lower_inf(n.evidence) or upper_inf(n.evidence)) as is_endless
               from new_rows n
               join assay.questions q on q.id = n.question_id
              where not isempty(n.evidence)
              group by 1, 2, 4) e
       left join assay.submissions s on s.id = e.submission_id
      where e.starts_at < 0
         or e.is_endless
         or e.ends_at > coalesce(length(case when e.in_text then s.content else e.words end), 0);
    if found then
        perform assay.refuse('evidence_in_words');
    end if;
    return null;
end
$$;

comment on function assay.answer_is_whole() is
    'An answer counts in a submission to the assignment of its question, which is approved (answer_of_submission, the name of the foreign key, too, by which both are of one student). Its score is 0 to its question''s maximum (answer_score_in_range), and one of the levels where there are some and not the database marked (score_is_a_level). Evidence lies inside the words it quotes: the text of a criterion, the answer to an open question (evidence_in_words). Whoever writes; asked once for all rows of a statement.';

create or replace trigger answer_is_whole_on_insert
    after insert on assay.answers
    referencing new table as new_rows
    for each statement execute function assay.answer_is_whole();

create or replace trigger answer_is_whole_on_update
    after update on assay.answers
    referencing new table as new_rows
    for each statement execute function assay.answer_is_whole();
