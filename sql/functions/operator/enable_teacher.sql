-- A teacher who was disabled may log in again.
create function operator.enable_teacher(email text, reason text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    one assay.teachers;
begin
    perform assay.set_actor('operator');
    perform assay.set_audit_reason(enable_teacher.reason);
    one := assay.teacher_of_address(enable_teacher.email);
    update assay.teachers t set disabled_at = null where t.id = one.id and t.disabled_at is not null;
end
$$;

comment on function operator.enable_teacher(text, text) is
    'Lets the teacher with this e-mail address log in again, with the password they had. Again changes nothing. 404 not_found, 422 reason_missing.';
