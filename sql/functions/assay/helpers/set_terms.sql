-- On what terms the results of an assignment reach students.
create or replace function assay.set_terms(assignment_id uuid, terms api.sent_terms)
    returns boolean
    language plpgsql volatile
    set search_path = ''
as $$
begin
    if num_nonnulls(terms.regrade_days) = 0 then
        return false;
    end if;
    update assay.assignments a
       set regrade_days = coalesce(terms.regrade_days, a.regrade_days)
     where a.id = set_terms.assignment_id;
    return true;
end
$$;

comment on function assay.set_terms(uuid, api.sent_terms) is
    'Changes what is not null, also after the first submission, since no score depends on it; false when nothing is given.';
