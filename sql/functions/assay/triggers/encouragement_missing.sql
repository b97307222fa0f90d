-- There is always something to say.
create or replace function assay.encouragement_missing()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform
       from generate_series(1, 4) as b (band)
      where not exists (select from assay.encouragements e where e.language = 'en' and e.band = b.band);
    if found then
        perform assay.refuse('encouragement_missing');
    end if;
    return null;
end
$$;

comment on function assay.encouragement_missing() is
    'Each of the four bands keeps a sentence in English, which is said where there is none in a language (encouragement_missing).';

create or replace trigger encouragement_missing
    after update or delete or truncate on assay.encouragements
    for each statement execute function assay.encouragement_missing();
