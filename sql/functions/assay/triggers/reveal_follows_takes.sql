-- When results are revealed, unless somebody says otherwise.
create or replace function assay.reveal_follows_takes()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- What one student learns about a quiz, another could use before the deadline; a text is everybody's own.
    new.reveal := case new.takes when 'text' then 'when_graded' else 'after_deadline' end;
    return new;
end
$$;

comment on function assay.reveal_follows_takes() is
    'Where nothing else is given, results are revealed when a text is graded, and after the deadline where answers are handed in.';

create or replace trigger reveal_follows_takes
    before insert on assay.assignments
    for each row when (new.reveal is null)
    execute function assay.reveal_follows_takes();
