-- Somebody logs out everywhere.
create function api.end_my_sessions(token_digest bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    mine assay.sessions := assay.caller(token_digest);
begin
    -- Locked, so that a login which runs beside this is over, or comes after.
    perform from assay.students s where s.id = mine.student_id for no key update;
    perform from assay.teachers t where t.id = mine.teacher_id for no key update;
    delete from assay.sessions x
     where x.student_id = mine.student_id or x.teacher_id = mine.teacher_id;
end
$$;

comment on function api.end_my_sessions(bytea) is 'Ends every session of the student or teacher who calls, this one too; 401 when nobody.';
