-- Whoever is disabled does not log in.
create or replace function assay.account_disabled()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- api.log_in has locked the teacher: one who is being disabled just now is, once that is committed.
    perform from assay.teachers t where t.id = new.teacher_id and t.disabled_at is not null;
    if found then
        perform assay.refuse('account_disabled');
    end if;
    return new;
end
$$;

comment on function assay.account_disabled() is 'A teacher who is disabled, or whose account was deleted, gets no session, whoever opens it (account_disabled).';

create or replace trigger account_disabled
    before insert on assay.sessions
    for each row when (new.teacher_id is not null)
    execute function assay.account_disabled();
