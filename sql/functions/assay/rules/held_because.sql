-- Why is what this model gives not shown to students yet?
create or replace function assay.held_because(assignment_id uuid, provider text, model text, prompt_version text)
    returns text
    language plpgsql stable
    set search_path = ''
as $$
declare
    one     assay.assignments;
    figures record;
begin
    select a.* into one from assay.assignments a where a.id = held_because.assignment_id;
    if one.autonomy = 'full' or one.released_at is not null then
        return null;
    end if;
    select g.* into figures
      from assay.agreement g
     where g.assignment_id = one.id
       and g.question_id is null
       and g.provider = held_because.provider
       and g.model = held_because.model
       and g.prompt_version is not distinct from held_because.prompt_version
       and g.rubric_digest = assay.rubric_digest(one.id)
       and g.n > 0;
    if not found then
        return 'No case was marked both by ' || held_because.model || ' with this prompt and rubric and by people.'
            || case when exists (select from assay.agreement g
                                  where g.assignment_id = one.id and g.question_id is null and g.n > 0
                                    and g.provider = held_because.provider and g.model = held_because.model)
                    then ' What there is was marked by another prompt or rubric.' else '' end;
    end if;
    return nullif(concat_ws(' ',
        case when not figures.enough then
             format('%s was compared with people on %s of at least %s cases.', figures.model, figures.cases, one.gate_min_cases) end,
        case when figures.qwk < one.gate_min_qwk or figures.qwk is null and figures.exact < 1 then
             format('It agrees with people by a kappa of %s, wanted are %s.', coalesce(round(figures.qwk::numeric, 3)::text, 'nothing'), one.gate_min_qwk) end,
        case when abs(figures.bias) > one.gate_max_bias * figures.max_score then
             format('It marks %s coins %s than people on average, allowed are %s.', round(abs(figures.bias)::numeric, 2),
                    case when figures.bias > 0 then 'higher' else 'lower' end, round(one.gate_max_bias * figures.max_score, 2)) end), '');
end
$$;

comment on function assay.held_because(uuid, text, text, text) is
    'Null when results of this model and prompt count at once in an assignment: it is autonomous or its teacher has released the results, or the totals that the model gave to cases, by the rubric of today, agree with people on gate_min_cases cases, by a kappa of gate_min_qwk (where it is undefined: all of them) and with a bias of at most gate_max_bias. Else why not, in sentences.';
