-- What was released stays released, and since when.
create or replace function assay.released_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('released_is_final');
    return null;
end
$$;

comment on function assay.released_is_final() is
    'A result that its student may know of is not taken back, and the time since when never moves, whoever tries (released_is_final).';

create or replace trigger released_is_final
    before update on assay.submissions
    for each row when (old.released_at is not null and new.released_at is distinct from old.released_at)
    execute function assay.released_is_final();
