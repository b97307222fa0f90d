-- A text has criteria, a quiz has questions.
create or replace function assay.kind_fits_assignment()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if not exists (select from assay.assignments a
                    where a.id = new.assignment_id
                      and (a.takes = 'text') = (new.kind = 'criterion'))
    then
        perform assay.refuse('kind_fits_assignment');
    end if;
    return new;
end
$$;

comment on function assay.kind_fits_assignment() is
    'An assignment that takes a text has criteria only; one that takes answers has every kind but those (kind_fits_assignment).';

create or replace trigger kind_fits_assignment
    before insert or update of kind, assignment_id on assay.questions
    for each row execute function assay.kind_fits_assignment();
