-- A text does not become a quiz.
create or replace function assay.takes_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('takes_is_final');
    return null;
end
$$;

comment on function assay.takes_is_final() is 'What an assignment takes never changes, whoever tries (takes_is_final).';

create or replace trigger takes_is_final
    before update on assay.assignments
    for each row when (new.takes <> old.takes)
    execute function assay.takes_is_final();
