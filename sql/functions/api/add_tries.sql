-- A teacher has a case, or all cases of an assignment, tried by models.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.add_tries(token_digest bytea, assignment_id uuid, case_id uuid, providers text[], models text[], tries integer)
    returns bigint
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    most_of_model   constant integer := 10;
    most_models     constant integer := 10;
    most_unfinished constant integer := 2000;
    me      assay.teachers := assay.teacher(token_digest);
    task    uuid;
    wanted  uuid[];
    missing record;
    today   record;
    made    bigint;
begin
    if add_tries.case_id is not null then
        task := (assay.own_case(me.id, add_tries.case_id)).assignment_id;
    else
        task := (assay.own_assignment(me.id, add_tries.assignment_id)).id;
    end if;
    perform assay.set_actor('teacher', me.id);
    -- Who counts waits for who counts: each sees what the other did.
    perform from assay.teachers t where t.id = me.id for no key update;

    for missing in
        select n.provider, n.model
          from unnest(providers, models) as n (provider, model)
         where not exists (select from assay.usable_models() m where m.provider = n.provider and m.model = n.model)
    loop
        perform assay.refuse('model_unknown', jsonb_build_object('provider', missing.provider, 'model', missing.model));
    end loop;
    for missing in
        select n.provider
          from unnest(providers) as n (provider)
         where not exists (select from assay.api_keys k where k.teacher_id = me.id and k.provider = n.provider)
    loop
        perform assay.refuse('api_key_missing', jsonb_build_object('provider', missing.provider));
    end loop;

    select array_agg(c.id order by c.id) into wanted
      from assay.cases c
     where c.assignment_id = task
       and c.id = coalesce(add_tries.case_id, c.id);
    select r.rubric_digest, r.prompt_version into today from assay.rubrics_in_use r where r.assignment_id = task;

    if (select count(*)
          from (select t.provider, t.model from assay.tries t join assay.cases c on c.id = t.case_id
                 where c.assignment_id = task and t.model is not null
                 union
                select n.provider, n.model from unnest(providers, models) as n (provider, model)) m) > most_models
    then
        perform assay.refuse('tries_at_most', jsonb_build_object('most', most_models, 'of', 'models for the cases of an assignment'));
    end if;
    -- Of today's prompt and rubric; what led to no answer is not counted.
    if exists (select
                 from unnest(wanted) as c (id)
                cross join (select distinct n.provider, n.model from unnest(providers, models) as n (provider, model)) m
                where (select count(*)
                         from assay.tries t
                        where t.case_id = c.id and t.provider = m.provider and t.model = m.model
                          and (t.finished_at is null
                               or t.error_code is null and t.prompt_version = today.prompt_version and t.rubric_digest = today.rubric_digest))
                      + add_tries.tries > most_of_model)
    then
        perform assay.refuse('tries_at_most', jsonb_build_object('most', most_of_model, 'of', 'tries of a model for each case'));
    end if;

    insert into assay.tries (case_id, number, provider, model)
    select c.id, l.number + s.number, m.provider, m.model
      from unnest(wanted) as c (id)
     cross join (select distinct n.provider, n.model from unnest(providers, models) as n (provider, model)) m
     cross join generate_series(1, add_tries.tries) as s (number)
     cross join lateral (
           select coalesce(max(t.number), 0) as number
             from assay.tries t
            where t.case_id = c.id and t.provider = m.provider and t.model = m.model
              and (t.prompt_version is null or t.prompt_version = today.prompt_version)) l
     order by s.number, c.id, m.provider, m.model;
    get diagnostics made = row_count;

    if (select count(*)
          from assay.tries t
          join assay.cases c       on c.id = t.case_id
          join assay.assignments a on a.id = c.assignment_id
         where a.teacher_id = me.id and t.finished_at is null) > most_unfinished
    then
        perform assay.refuse('tries_at_most', jsonb_build_object('most', most_unfinished, 'of', 'tries that are not finished'));
    end if;
    return made;
end
$$;

comment on function api.add_tries(bytea, uuid, uuid, text[], text[], integer) is
    'Orders so many more tries of an own case, or (case_id null) of each case of an own assignment, by each of these models; how many in all. 404 not_found, 409 case_is_empty, 422 model_unknown, api_key_missing, or tries_at_most: 10 of a model for each case, of today''s prompt and rubric; 10 models an assignment; 2,000 of a teacher unfinished.';
