-- Has anybody handed in to this teacher what only they can see to?
create or replace function assay.require_teacher_without_work(teacher_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
declare
    works integer;
begin
    select count(*) into works
      from (select s.id
              from assay.assignments a
              join assay.submissions s on s.assignment_id = a.id
             where a.teacher_id = require_teacher_without_work.teacher_id
               and a.deleted_at is null
             union all
            select p.job_id
              from assay.assignments a
              join assay.pending_submissions p on p.assignment_id = a.id
             where a.teacher_id = require_teacher_without_work.teacher_id
               and a.deleted_at is null) w;
    if works > 0 then
        perform assay.refuse('teacher_has_work', jsonb_build_object('submissions', works));
    end if;
end
$$;

comment on function assay.require_teacher_without_work(uuid) is
    'Raises 409 teacher_has_work, with how many submissions, graded or waiting, there are to the teacher''s assignments, deleted ones apart.';
