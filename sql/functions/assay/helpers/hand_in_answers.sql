-- What was answered becomes submissions: the database marks its part, an AI has marked the rest.
-- plan_cache_mode: for arrays the plan of each call would be made anew, which takes a third of a hand-in.
create or replace function assay.hand_in_answers(
    student_ids uuid[], assignment_ids uuid[], contents text[] default '{}', submitted_at timestamptz[] default '{}', marks json[] default '{}',
    comments text[] default '{}', providers text[] default '{}', models text[] default '{}', prompt_versions text[] default '{}')
    returns table (id uuid, student_id uuid, assignment_id uuid, score integer)
    language plpgsql volatile
    set search_path = ''
    set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    handed_in record;
begin
    with work as materialized (
        select uuidv7() as submission_id, w.*
          from unnest(student_ids, assignment_ids, contents, hand_in_answers.submitted_at, marks, comments, providers, models, prompt_versions)
                   as w (student_id, assignment_id, content, submitted_at, marks, comment, provider, model, prompt_version)
    ), marked as materialized (
        select w.submission_id, m.number, m.score
          from work w
         cross join lateral json_to_recordset(w.marks) as m (number smallint, score integer)
    ), counting as materialized (
        select w.submission_id, w.student_id, c.answer_id, (c.question).id as question_id, c.number, coalesce(c.score, m.score, 0) as score,
               case when c.score is null and m.score is not null then 'ai' else 'database' end as marked_by,
               case when w.content is null
                    then c.number || ':' || coalesce(' ' || nullif(assay.answer_as_text(c.question, c.picked, c.indents, c.texts), ''), '')
                    end as line
          from work w
         cross join lateral assay.counting_answers(w.student_id, w.assignment_id) c
          left join marked m on m.submission_id = w.submission_id and m.number = c.number
    ), totals as (
        select c.submission_id, sum(c.score) as score, array_agg(c.question_id) as questions, array_agg(c.score) as scores,
               bool_or(c.marked_by = 'ai') as by_ai, string_agg(c.line, E'\n' order by c.number) as content
          from counting c
         group by c.submission_id
    ), submissions as (
        -- Where no AI marked any of it, as when what one was asked has become void meanwhile, none is named.
        insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, comment,
                                       provider, model, prompt_version, submitted_at)
        select w.submission_id, w.student_id, w.assignment_id, coalesce(w.content, t.content), t.score, t.score,
               case when t.by_ai then w.comment
                    else assay.encouragement_of(w.submission_id, w.assignment_id, t.score, t.questions, t.scores) end,
               case when t.by_ai then w.provider end, case when t.by_ai then w.model end, case when t.by_ai then w.prompt_version end,
               coalesce(w.submitted_at, now())
          from work w
          left join totals t on t.submission_id = w.submission_id
        returning id, student_id, assignment_id, score
    ), answers as (
        select array_agg(c.answer_id) as ids, array_agg(c.student_id) as answerers, array_agg(c.question_id) as questions,
               array_agg(c.submission_id) as submissions,
               array_agg(c.score) as scores, array_agg(c.marked_by) as markers,
               bool_or(c.answer_id is not null) as some_saved, bool_or(c.answer_id is null) as some_not,
               bool_or(c.marked_by = 'ai') as some_by_ai
          from counting c
    )
    select m.*, a.*
      into handed_in
      from answers a,
           (select array_agg(s.id) as made, array_agg(s.student_id) as students, array_agg(s.assignment_id) as assignments,
                   array_agg(s.score) as totals, array_agg(w.marks) as marks, array_agg(w.provider) as providers,
                   array_agg(w.model) as models, array_agg(w.prompt_version) as prompt_versions
              from submissions s
              join work w on w.submission_id = s.id) m;

    -- Statements of their own: the rules for answers look at their submissions.
    if handed_in.some_saved then
        update assay.answers x
           set submission_id = n.submission_id, score = n.score, marked_by = n.marked_by, marked_at = clock_timestamp(),
               provider = w.provider, model = w.model, prompt_version = w.prompt_version,
               reason = m.reason, evidence = m.evidence, quotes_unfound = coalesce(m.quotes_unfound, 0)
          from unnest(handed_in.ids, handed_in.questions, handed_in.submissions, handed_in.scores, handed_in.markers)
                   as n (answer_id, question_id, submission_id, score, marked_by)
          left join unnest(handed_in.made, handed_in.providers, handed_in.models, handed_in.prompt_versions)
                   as w (submission_id, provider, model, prompt_version) on w.submission_id = n.submission_id and n.marked_by = 'ai'
          left join (select r.* from assay.read_marks(handed_in.made, handed_in.marks) r where handed_in.some_by_ai) m
                   on m.submission_id = w.submission_id and m.question_id = n.question_id
         where x.id = n.answer_id;
    end if;
    if handed_in.some_not then
        insert into assay.answers (student_id, question_id, submission_id, score, marked_by, marked_at, provider, model, prompt_version,
                                   reason, evidence, quotes_unfound)
        select n.student_id, n.question_id, n.submission_id, n.score, n.marked_by, clock_timestamp(), w.provider, w.model, w.prompt_version,
               m.reason, m.evidence, coalesce(m.quotes_unfound, 0)
          from unnest(handed_in.ids, handed_in.answerers, handed_in.questions, handed_in.submissions, handed_in.scores, handed_in.markers)
                   as n (answer_id, student_id, question_id, submission_id, score, marked_by)
          left join unnest(handed_in.made, handed_in.providers, handed_in.models, handed_in.prompt_versions)
                   as w (submission_id, provider, model, prompt_version) on w.submission_id = n.submission_id and n.marked_by = 'ai'
          left join (select r.* from assay.read_marks(handed_in.made, handed_in.marks) r where handed_in.some_by_ai) m
                   on m.submission_id = w.submission_id and m.question_id = n.question_id
         where n.answer_id is null;
    end if;
    return query
    select s.* from unnest(handed_in.made, handed_in.students, handed_in.assignments, handed_in.totals) as s (id, student_id, assignment_id, score);
end
$$;

comment on function assay.hand_in_answers(uuid[], uuid[], text[], timestamptz[], json[], text[], text[], text[], text[]) is
    'Makes submissions, of what each student saved for an assignment (of several attempts at a question the best) or of a text (contents) that has criteria, with an answer for each question: blank ones earn 0, the database marks what it can, the rest is marks of an AI as assay.read_marks takes them. The comment is that of the AI, or where none marked assay.encouragement_of. Of arrays that end early the rest is null: the content is what was answered, as words, and the time is now. Whoever calls it holds assay.lock_answers and a lock of the assignments.';
