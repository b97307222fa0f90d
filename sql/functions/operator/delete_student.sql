-- A student and all they wrote leave the database, whosever they are.
create function operator.delete_student(email text, reason text)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    leaver uuid;
begin
    perform assay.set_actor('operator');
    perform assay.set_audit_reason(delete_student.reason);
    select e.student_id into leaver
      from assay.email_addresses e
     where e.address = assay.fold_address(delete_student.email)
       and e.student_id is not null;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return assay.erase_student(leaver);
end
$$;

comment on function operator.delete_student(text, text) is
    'Deletes the student with this e-mail address and all they wrote, also what they wrote for several teachers; the audit says why. Answers how many submissions they had. 404 not_found, 422 reason_missing.';
