-- What students see of an option tells nothing about its place.
create or replace function assay.shuffle_keys()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if new.key is null then
        -- Distinct random keys, never the author's numbers: with them, an ordering question would tell its order.
        loop
            new.key := (1000 + floor(random() * 9000))::smallint;
            exit when not exists (select from assay.options o where o.question_id = new.question_id and o.key = new.key);
        end loop;
    end if;
    return new;
end
$$;

comment on function assay.shuffle_keys() is
    'Gives each option a random key between 1000 and 9999, unique in its question.';

create or replace trigger shuffle_keys
    before insert on assay.options
    for each row execute function assay.shuffle_keys();
