-- Whoever calls acts, for the ledger and the audit.
create or replace function assay.set_caller(mine assay.sessions)
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    select assay.set_actor(case when (set_caller.mine).student_id is not null then 'student' else 'teacher' end,
                           coalesce((set_caller.mine).student_id, (set_caller.mine).teacher_id));
end;

comment on function assay.set_caller(assay.sessions) is 'Says, as assay.set_actor does, that the student or teacher of this session acts.';
