-- Locks what a release writes, in the order in which every writer of several rows locks it.
create or replace function assay.lock_held(assignment_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    perform from assay.submissions s
      where s.assignment_id = lock_held.assignment_id and s.released_at is null
      order by s.id for no key update;
    perform from assay.students p
      where p.id in (select s.student_id from assay.submissions s where s.assignment_id = lock_held.assignment_id and s.released_at is null)
      order by p.id for no key update;
    perform from assay.assignments a where a.id = lock_held.assignment_id for no key update;
end
$$;

comment on function assay.lock_held(uuid) is
    'Locks the held submissions of an assignment, their students and then the assignment, until the transaction ends: each is released once, and who grades meanwhile waits and looks at the gate afterwards.';
