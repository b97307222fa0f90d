-- A model's try has a job that makes it.
create or replace function assay.enqueue_try()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    insert into assay.jobs (id, kind, teacher_id, subject_id)
    select n.id, 'try_case', a.teacher_id, a.id
      from new_rows n
      join assay.cases c       on c.id = n.case_id
      join assay.assignments a on a.id = c.assignment_id
     where n.model is not null
       and n.finished_at is null
     order by n.id;
    return null;
end
$$;

comment on function assay.enqueue_try() is
    'Puts the jobs of models'' tries, each of the try''s id, into the queue of the assignment''s teacher.';

create or replace trigger enqueue_try
    after insert on assay.tries
    referencing new table as new_rows
    for each statement execute function assay.enqueue_try();
