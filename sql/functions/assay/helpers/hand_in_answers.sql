-- What was answered becomes a submission: the database marks its part, an AI has marked the rest.
create or replace function assay.hand_in_answers(
    student_id uuid, assignment_id uuid, content text default null, submitted_at timestamptz default now(),
    marks json default '[]', comment text default null, provider text default null, model text default null, prompt_version text default null)
    returns uuid
    language plpgsql volatile
    set search_path = ''
as $$
#variable_conflict use_column
declare
    counting record;
    made     uuid := uuidv7();
begin
    select array_agg(c.answer_id) as answers, array_agg(c.question_id) as questions,
           array_agg(coalesce(c.score, m.score, 0)) as scores, sum(coalesce(c.score, m.score, 0)) as score,
           array_agg(case when c.score is null and m.score is not null then 'ai' else 'database' end) as markers,
           string_agg(c.number || ':' || coalesce(' ' || nullif(assay.answer_as_text(q, c.picked, c.indents, c.texts), ''), ''), E'\n'
                      order by c.number) as content
      into counting
      from assay.counting_answers(hand_in_answers.student_id, hand_in_answers.assignment_id) c
      join assay.questions q on q.id = c.question_id
      left join json_to_recordset(hand_in_answers.marks) as m (number smallint, score integer) on m.number = c.number;

    if 'ai' <> all (counting.markers) then  -- whatever it was asked has become void meanwhile
        provider := null;
        model := null;
        prompt_version := null;
    end if;

    insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, comment,
                                   provider, model, prompt_version, submitted_at)
    values (made, hand_in_answers.student_id, hand_in_answers.assignment_id, coalesce(hand_in_answers.content, counting.content),
            counting.score, counting.score,
            case when hand_in_answers.provider is not null then hand_in_answers.comment
                 else assay.encouragement_of(made, hand_in_answers.assignment_id, counting.score, counting.questions, counting.scores) end,
            hand_in_answers.provider, hand_in_answers.model, hand_in_answers.prompt_version, hand_in_answers.submitted_at);

    -- Statements of their own: the rules for answers look at their submissions.
    update assay.answers x
       set submission_id = made, score = n.score, marked_by = n.marked_by, marked_at = clock_timestamp(),
           provider = case n.marked_by when 'ai' then hand_in_answers.provider end,
           model = case n.marked_by when 'ai' then hand_in_answers.model end,
           prompt_version = case n.marked_by when 'ai' then hand_in_answers.prompt_version end
      from unnest(counting.answers, counting.scores, counting.markers) as n (answer_id, score, marked_by)
     where x.id = n.answer_id;
    insert into assay.answers (student_id, question_id, submission_id, score, marked_by, marked_at, provider, model, prompt_version)
    select hand_in_answers.student_id, n.question_id, made, n.score, n.marked_by, clock_timestamp(),
           case n.marked_by when 'ai' then hand_in_answers.provider end,
           case n.marked_by when 'ai' then hand_in_answers.model end,
           case n.marked_by when 'ai' then hand_in_answers.prompt_version end
      from unnest(counting.answers, counting.questions, counting.scores, counting.markers) as n (answer_id, question_id, score, marked_by)
     where n.answer_id is null;
    if hand_in_answers.provider is not null then
        update assay.answers x
           set reason = m.reason, evidence = m.evidence, quotes_unfound = m.quotes_unfound
          from assay.read_marks(array[made], array[hand_in_answers.marks]) m
         where x.submission_id = made
           and x.question_id = m.question_id
           and x.marked_by = 'ai';
    end if;
    return made;
end
$$;

comment on function assay.hand_in_answers(uuid, uuid, text, timestamptz, json, text, text, text, text) is
    'Makes a submission of what a student saved (of several attempts at a question the best), or of a text (content) that has criteria, with an answer for each question: blank ones earn 0, the database marks what it can, the rest is marks of an AI as assay.read_marks takes them. The comment is that of the AI, or where none marked assay.encouragement_of. Whoever calls it holds assay.lock_answers and a lock of the assignment.';
