-- A case is one of an assignment whose work an AI can mark, and about a submission to it.
create or replace function assay.case_fits_assignment()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.require_ai_kinds(new.assignment_id);
    if new.submission_id is not null
       and not exists (select from assay.submissions s where s.id = new.submission_id and s.assignment_id = new.assignment_id)
    then
        perform assay.refuse('case_of_assignment');
    end if;
    return new;
end
$$;

comment on function assay.case_fits_assignment() is
    'Cases are for assignments that take a text, or that have open questions (case_needs_ai_kinds); a case''s submission is one to its assignment (case_of_assignment).';

create or replace trigger case_fits_assignment
    before insert or update of assignment_id, submission_id on assay.cases
    for each row execute function assay.case_fits_assignment();
