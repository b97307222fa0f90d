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
    delete from assay.sessions x
     where x.student_id = end_sessions.person_id or x.teacher_id = end_sessions.person_id;
    get diagnostics ended = row_count;
    return ended;
end
$$;

comment on function operator.end_sessions(uuid) is 'Ends every session of a student or teacher, their tokens are dead at once. Answers how many.';
