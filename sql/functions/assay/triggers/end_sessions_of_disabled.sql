-- Whoever is disabled is logged out.
create or replace function assay.end_sessions_of_disabled()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    delete from assay.sessions x where x.teacher_id = new.id;
    return null;
end
$$;

comment on function assay.end_sessions_of_disabled() is 'Every session of a teacher ends in the transaction that disables them, whoever does.';

create or replace trigger end_sessions_of_disabled
    after update of disabled_at on assay.teachers
    for each row when (old.disabled_at is null and new.disabled_at is not null)
    execute function assay.end_sessions_of_disabled();
