-- On what terms the results of an assignment reach students.
create or replace function assay.set_terms(assignment_id uuid, terms api.sent_terms)
    returns boolean
    language plpgsql volatile
    set search_path = ''
as $$
begin
    if num_nonnulls(terms.autonomy, terms.gate_min_cases, terms.gate_min_qwk, terms.gate_max_bias, terms.regrade_days) = 0 then
        return false;
    end if;
    perform assay.lock_held(set_terms.assignment_id);
    update assay.assignments a
       set autonomy       = coalesce(terms.autonomy, a.autonomy),
           gate_min_cases = coalesce(terms.gate_min_cases, a.gate_min_cases),
           gate_min_qwk   = coalesce(terms.gate_min_qwk, a.gate_min_qwk),
           gate_max_bias  = coalesce(terms.gate_max_bias, a.gate_max_bias),
           regrade_days   = coalesce(terms.regrade_days, a.regrade_days)
     where a.id = set_terms.assignment_id;
    return true;
end
$$;

comment on function assay.set_terms(uuid, api.sent_terms) is
    'Changes what is not null, also after the first submission, since no score depends on it; what is held no longer is released (gate_opens). False when nothing is given.';
