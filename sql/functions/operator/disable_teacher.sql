-- A teacher cannot log in any more.
create function operator.disable_teacher(email text, reason text, forget_keys boolean)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    one   assay.teachers;
    ended integer;
begin
    perform assay.set_actor('operator');
    perform assay.set_audit_reason(disable_teacher.reason);
    one := assay.teacher_of_address(disable_teacher.email);
    select count(*) into ended from assay.sessions x where x.teacher_id = one.id;
    update assay.teachers t set disabled_at = now() where t.id = one.id and t.disabled_at is null;
    if disable_teacher.forget_keys then
        delete from assay.api_keys k where k.teacher_id = one.id;
    end if;
    return ended;
end
$$;

comment on function operator.disable_teacher(text, text, boolean) is
    'Disables the teacher with this e-mail address: every session ends at once (answers how many), a login is refused (account_disabled). Students still read, hand in and are graded with the teacher''s keys, jobs that wait are done; with forget_keys the keys go, so that what needs an AI fails (api_key_missing): nothing is stored, and the text may come again. Again changes nothing. 404 not_found, 422 reason_missing.';
