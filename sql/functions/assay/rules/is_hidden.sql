-- Must its teacher not see yet what a machine gave?
create or replace function assay.is_hidden(submission_id uuid)
    returns boolean
    language sql stable
begin atomic
    select exists (
        select
          from assay.cases c
          join assay.assignments a on a.id = c.assignment_id
         where c.submission_id = is_hidden.submission_id
           and c.is_drawn
           and not exists (select from assay.tries t where t.case_id = c.id and t.teacher_id = a.teacher_id));
end;

comment on function assay.is_hidden(uuid) is
    'True while a submission is a case that was drawn by lot and its teacher has not marked it: its score, its outcome and the tries are kept from them, so that they mark blind.';
