-- What was marked is not exchanged for something else.
create or replace function assay.case_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if exists (select from assay.tries t where t.case_id = old.id) then
        perform assay.refuse('case_is_final');
    end if;
    return new;
end
$$;

comment on function assay.case_is_final() is
    'The work of a case does not change once it has a try, whoever writes (case_is_final); its label may.';

create or replace trigger case_is_final
    before update of assignment_id, submission_id, content on assay.cases
    for each row when ((new.assignment_id, new.submission_id, new.content) is distinct from (old.assignment_id, old.submission_id, old.content))
    execute function assay.case_is_final();
