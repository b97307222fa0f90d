-- Log somebody out everywhere.
create function operator.end_sessions(person_id uuid)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    ended integer;
begin
    perform assay.set_actor('operator');
    -- Locked, so that a login which runs beside this is over, or comes after.
    perform from assay.students s where s.id = end_sessions.person_id for no key update;
    perform from assay.teachers t where t.id = end_sessions.person_id for no key update;
    delete from assay.sessions x
     where x.student_id = end_sessions.person_id or x.teacher_id = end_sessions.person_id;
    get diagnostics ended = row_count;
    return ended;
end
$$;

comment on function operator.end_sessions(uuid) is 'Ends every session of a student or teacher, their tokens are dead at once. Answers how many.';
