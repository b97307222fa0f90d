-- A teacher leaves the database; what students earned stays.
create function operator.delete_teacher(email text, reason text, force boolean)
    returns table (classes integer, assignments integer, submissions integer)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    one assay.teachers;
begin
    perform assay.set_actor('operator');
    perform assay.set_audit_reason(delete_teacher.reason);
    one := assay.teacher_of_address(delete_teacher.email);
    if not delete_teacher.force then
        perform assay.require_teacher_without_work(one.id);
    end if;
    return query select e.classes, e.assignments, e.submissions from assay.erase_teacher(one.id) e;
end
$$;

comment on function operator.delete_teacher(text, text, boolean) is
    'Deletes the account of the teacher with this e-mail address as assay.erase_teacher says; unless forced only while nobody has handed in to an assignment of theirs (409 teacher_has_work). The audit says why. Answers how many classes and assignments went, and how many submissions these had. 404 not_found, 422 reason_missing.';
