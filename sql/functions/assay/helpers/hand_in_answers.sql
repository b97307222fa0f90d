-- What an AI has marked becomes submissions: the database marks its part.
-- plan_cache_mode: for arrays the plan of each call would be made anew, which takes longer than it saves.
create or replace function assay.hand_in_answers(
    student_ids uuid[], assignment_ids uuid[], contents text[], submitted_at timestamptz[], marks json[], comments text[], providers text[],
    models text[], prompt_versions text[])
    returns table (id uuid, student_id uuid, assignment_id uuid, score integer)
    language plpgsql volatile
    set search_path = ''
    set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
    return query
    with work as materialized (
        select uuidv7() as submission_id, w.*
          from unnest(student_ids, assignment_ids, contents, hand_in_answers.submitted_at, marks, comments, providers, models, prompt_versions)
                   as w (student_id, assignment_id, content, submitted_at, marks, comment, provider, model, prompt_version)
    ), marked as materialized (
        select w.submission_id, w.provider, w.model, w.prompt_version, m.*
          from work w
         cross join lateral json_to_recordset(w.marks) as m (number smallint, score integer, reason text, quotes json, quotes_unfound smallint)
    ), counting as materialized (
        select w.submission_id, w.student_id, c.answer_id, c.question_id, c.number, coalesce(c.score, m.score, 0) as score,
               case when m.score is null then 'database' else 'ai' end as marked_by,
               m.provider, m.model, m.prompt_version, m.reason, e.places as evidence, coalesce(m.quotes_unfound + e.unfound, 0) as quotes_unfound
          from work w
         cross join lateral assay.counting_answers(w.student_id, w.assignment_id) c
          left join marked m on m.submission_id = w.submission_id and m.number = c.number and c.score is null
         cross join lateral assay.places_of_quotes(case c.kind when 'criterion' then w.content else c.texts[1] end, m.quotes) e
    ), totals as (
        select c.submission_id, sum(c.score) as score, array_agg(c.question_id) as questions, array_agg(c.score) as scores,
               bool_or(c.marked_by = 'ai') as by_ai
          from counting c
         group by c.submission_id
    ), submissions as (
        -- Where no AI marked any of it, as when what one was asked has become void meanwhile, none is named.
        insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, comment,
                                       provider, model, prompt_version, submitted_at)
        select w.submission_id, w.student_id, w.assignment_id, w.content, t.score, t.score,
               case when t.by_ai then w.comment
                    else assay.encouragement_of(w.submission_id, w.assignment_id, t.score, t.questions, t.scores) end,
               case when t.by_ai then w.provider end, case when t.by_ai then w.model end, case when t.by_ai then w.prompt_version end,
               w.submitted_at
          from work w
          left join totals t on t.submission_id = w.submission_id
        returning id, student_id, assignment_id, score
    ), saved as (
        -- The rules that look at an answer's submission do so when the statement is done, and see it.
        update assay.answers x
           set submission_id = c.submission_id, score = c.score, marked_by = c.marked_by, marked_at = clock_timestamp(),
               provider = c.provider, model = c.model, prompt_version = c.prompt_version,
               reason = c.reason, evidence = c.evidence, quotes_unfound = c.quotes_unfound
          from counting c
         where x.id = c.answer_id
    ), not_saved as (
        insert into assay.answers (student_id, question_id, submission_id, score, marked_by, marked_at, provider, model, prompt_version,
                                   reason, evidence, quotes_unfound)
        select c.student_id, c.question_id, c.submission_id, c.score, c.marked_by, clock_timestamp(), c.provider, c.model, c.prompt_version,
               c.reason, c.evidence, c.quotes_unfound
          from counting c
         where c.answer_id is null
    )
    select s.* from submissions s;
end
$$;

comment on function assay.hand_in_answers(uuid[], uuid[], text[], timestamptz[], json[], text[], text[], text[], text[]) is
    'Makes submissions, of a text that has criteria or of what each student saved for an assignment (of several attempts at a question the best; contents is that in words), with an answer for each question: blank ones earn 0, the database marks what it can, the rest is marks of an AI as assay.read_marks takes them. The comment is that of the AI, or where none marked assay.encouragement_of. Whoever calls it holds assay.lock_answers and a lock of the assignments.';
