-- A teacher makes cases: of submissions, by lot, or of a text that they bring.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.add_cases(token_digest bytea, assignment_id uuid, label text, content text, submission_ids uuid[], draw integer)
    returns table (case_id uuid, case_label text, status text)
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, add_cases.assignment_id);
    had bigint;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_ai_kinds(one.id);  -- also where nothing is drawn
    if exists (select
                 from unnest(add_cases.submission_ids) as w (id)
                where not exists (select from assay.submissions s where s.id = w.id and s.assignment_id = one.id))
    then
        perform assay.refuse('not_found');
    end if;
    select coalesce(max(substring(c.label from '^Case ([0-9]{1,9})$')::bigint), 0) into had
      from assay.cases c
     where c.assignment_id = one.id;
    return query
    with wanted as (
        select add_cases.label as label, null::uuid as submission_id, add_cases.content as content, false as is_drawn
         where add_cases.label is not null
         union all
        select 'Case ' || had + w.number, w.id, null, false
          from unnest(add_cases.submission_ids) with ordinality as w (id, number)
         union all
        -- From each fifth of the scores in turn, as long as there are any.
        select 'Case ' || had + row_number() over (order by d.place, d.fifth), d.id, null, true
          from (select f.id, f.fifth, row_number() over (partition by f.fifth order by random()) as place
                  from (select s.id, ntile(5) over (order by s.score, s.id) as fifth
                          from assay.submissions s
                         where s.assignment_id = one.id
                           and not exists (select from assay.cases c where c.submission_id = s.id)) f
                 where add_cases.draw is not null
                 order by 3, random()
                 limit add_cases.draw) d
    ), made as (
        insert into assay.cases as c (assignment_id, label, submission_id, content, is_drawn)
        select one.id, w.label, w.submission_id, w.content, w.is_drawn from wanted w
        returning c.id, c.label::text
    )
    select m.id, m.label, 'created' from made m order by m.id;
end
$$;

comment on function api.add_cases(bytea, uuid, text, text, uuid[], integer) is
    'Makes cases of an own assignment: one with a label and perhaps a text; or of submissions to it, all or none; or of so many submissions that are none yet, drawn from all fifths of the scores (of fewer: all of them), whose scores are hidden from the teacher until they have marked them. 404 not_found, 409 case_known_already or cases_at_most, 422 case_needs_ai_kinds.';
