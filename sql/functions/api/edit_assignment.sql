-- A teacher changes an assignment before its first submission.
create function api.edit_assignment(
    token_digest bytea, assignment_id uuid, title text, instructions text, correction_template text,
    deadline timestamptz, class_given boolean, class_id uuid, max_score integer,
    stated_maximum integer default null, template_totals integer[] default '{}',
    reveal text default null, encourage boolean default null, language_given boolean default false, language text default null,
    terms api.sent_terms default null,
    attempts smallint default null, collect boolean default null, criteria api.sent_question[] default null, build_rubric boolean default false,
    if_match text[] default null)
    returns table (job api.jobs, assignment api.assignments)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me      assay.teachers    := assay.teacher(token_digest);
    old_one assay.assignments := assay.own_assignment(me.id, edit_assignment.assignment_id);
    maximum integer           := edit_assignment.max_score;
    rubric  boolean           := old_one.takes = 'answers' or assay.has_rubric(old_one.id) or criteria is not null;  -- then no AI is asked
    in_all  integer           := (select sum(c.max_score) from unnest(criteria) c);
begin
    perform assay.set_actor('teacher', me.id);
    if if_match is not null then
        -- In the order of all writers of several rows, since a change of terms may release results (assay.set_terms).
        perform assay.lock_held(old_one.id);
        perform assay.require_match(if_match, (select to_json(a)::text from api.assignments a where a.id = old_one.id));
    end if;
    -- Alone, the terms of its results change whenever its teacher likes.
    if assay.set_terms(old_one.id, terms)
       and num_nonnulls(edit_assignment.title, edit_assignment.instructions, edit_assignment.correction_template, edit_assignment.deadline,
                        edit_assignment.max_score, edit_assignment.reveal, edit_assignment.encourage, edit_assignment.attempts,
                        edit_assignment.collect, criteria) = 0
       and not coalesce(build_rubric, false)
       and not class_given
       and not language_given
    then
        select a.* into assignment from api.assignments a where a.id = old_one.id;
        return next;
        return;
    end if;
    perform assay.require_unlocked(old_one.id);
    perform assay.require_no_draft(old_one.id);
    if edit_assignment.class_id is not null then
        perform assay.own_class(me.id, edit_assignment.class_id);
    end if;
    perform assay.require_what_is_edited(old_one.takes, edit_assignment.max_score is not null, criteria is not null or build_rubric);
    if coalesce(edit_assignment.max_score, stated_maximum) <> in_all then
        perform assay.refuse('criteria_add_up', jsonb_build_object('sum', in_all, 'max_score', coalesce(edit_assignment.max_score, stated_maximum)));
    end if;
    -- A maximum that the teacher gave once stays; one that was read is read anew; criteria say their own.
    maximum := coalesce(in_all, maximum);
    if maximum is null and old_one.max_score_given then
        perform assay.require_same_maximum(old_one.max_score, array[stated_maximum]);
        maximum := old_one.max_score;
    end if;

    if (rubric or build_rubric) and edit_assignment.correction_template is not null then
        perform assay.refuse('template_follows_rubric');
    end if;

    update assay.assignments a
       set reveal    = coalesce(edit_assignment.reveal, a.reveal),
           attempts  = coalesce(edit_assignment.attempts, a.attempts),
           encourage = coalesce(edit_assignment.encourage, a.encourage),
           collect   = coalesce(edit_assignment.collect, a.collect),
           language  = case when language_given then edit_assignment.language else a.language end
     where a.id = old_one.id
       and (language_given or num_nonnulls(edit_assignment.reveal, edit_assignment.attempts, edit_assignment.encourage, edit_assignment.collect) > 0);
    -- With a rubric, which is the template, no AI is asked.
    if build_rubric
       or edit_assignment.correction_template is null
          and not rubric
          and (edit_assignment.instructions is not null or maximum <> old_one.max_score)
    then
        perform assay.require_key(me.id);
        insert into assay.assignment_drafts as d (assignment_id, teacher_id, class_id, title, instructions, deadline, max_score, with_rubric)
        values (old_one.id, me.id, case when class_given then edit_assignment.class_id else old_one.class_id end,
                coalesce(assay.nfc(edit_assignment.title), old_one.title), coalesce(edit_assignment.instructions, old_one.instructions),
                coalesce(edit_assignment.deadline, old_one.deadline),
                maximum, coalesce(build_rubric, false))
        returning d.job_id, 'template', 'queued', d.assignment_id, null, null, now(), null, null, null, old_one.title into job;
    else
        maximum := coalesce(maximum, stated_maximum, old_one.max_score);
        perform assay.require_same_maximum(maximum, template_totals);
        if criteria is not null then
            delete from assay.questions q where q.assignment_id = old_one.id;
            perform assay.add_questions(old_one.id, criteria);
        end if;
        update assay.assignments a
           set title                   = coalesce(assay.nfc(edit_assignment.title), a.title),
               instructions            = coalesce(edit_assignment.instructions, a.instructions),
               correction_template     = coalesce(edit_assignment.correction_template,
                                              case when criteria is not null then assay.template_of_rubric(a.id) end, a.correction_template),
               template_provider       = case when edit_assignment.correction_template is null and criteria is null then a.template_provider end,
               template_model          = case when edit_assignment.correction_template is null and criteria is null then a.template_model end,
               template_prompt_version = case when edit_assignment.correction_template is null and criteria is null then a.template_prompt_version end,
               deadline                = coalesce(edit_assignment.deadline, a.deadline),
               class_id                = case when class_given then edit_assignment.class_id else a.class_id end,
               max_score               = maximum,
               max_score_given         = a.max_score_given or edit_assignment.max_score is not null or criteria is not null
         where a.id = old_one.id;
        select a.* into assignment from api.assignments a where a.id = old_one.id;
    end if;
    return next;
end
$$;

comment on function api.edit_assignment(bytea, uuid, text, text, text, timestamptz, boolean, uuid, integer, integer, integer[], text, boolean, boolean, text, api.sent_terms, smallint, boolean, api.sent_question[], boolean, text[]) is
    'Changes what is not null (class and language when given) at once and answers the assignment; new instructions or another maximum without a template of their own become a job, unless there is a rubric, and everything but reveal, attempts, encourage, collect and language changes when their template is built. Criteria replace the rubric at once, and with it maximum and template; build_rubric is a job that has an AI write them. The terms alone may change after the first submission, too. What was not sent stays, also a maximum that the teacher gave once: stated_maximum is the one that the new instructions clearly state, template_totals are the totals that the new template names. 404 not_found, 409 assignment_locked, assignment_not_ready or template_follows_rubric, 412 precondition_failed when it is none of if_match (null: as it may be), 422 api_key_missing, max_score_unclear when they say another maximum, criteria_add_up, kind_fits_assignment for a rubric of a quiz, attempts_need_feedback, at_once_needs_answers.';
