-- A teacher marks a case themselves.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.mark_case(token_digest bytea, case_id uuid, keys text[], scores integer[], reasons text[])
    returns api.full_cases
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me    assay.teachers := assay.teacher(token_digest);
    one   assay.cases    := assay.own_case(me.id, mark_case.case_id);
    own   uuid;
    shown api.full_cases;
begin
    perform assay.set_actor('teacher', me.id);
    if exists (select
                 from unnest(keys) as k (key)
                where case when k.key = 'total' then exists (select from assay.questions_of_cases(one.assignment_id))
                           else not exists (select from assay.questions_of_cases(one.assignment_id) q where q.number::text = k.key) end)
    then
        perform assay.refuse('not_found');
    end if;
    insert into assay.tries as t (case_id, number, teacher_id, finished_at)
    values (one.id, 1, me.id, clock_timestamp())
        on conflict on constraint tried_once do update set finished_at = excluded.finished_at
    returning t.id into own;
    delete from assay.marks m where m.try_id = own;
    insert into assay.marks (try_id, question_id, score, reason)
    select own, q.id, n.score, n.reason
      from unnest(keys, scores, reasons) as n (key, score, reason)
      left join assay.questions_of_cases(one.assignment_id) q on q.number::text = n.key;
    select c.* into shown from api.full_cases c where c.id = one.id;
    return shown;
end
$$;

comment on function api.mark_case(bytea, uuid, text[], integer[], text[]) is
    'Stores what the calling teacher gives a case of an own assignment, by the number of the question, or by "total" where there are none; again replaces it. It is blind when no result of a machine was in sight (assay.try_of_case). 404 not_found, also for a number that there is not, 409 case_is_empty, 422 mark_in_range, score_is_a_level or marks_missing.';
