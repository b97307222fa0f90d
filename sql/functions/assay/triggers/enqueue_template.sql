-- A draft has a job that builds its template, or its rubric.
create or replace function assay.enqueue_template()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    insert into assay.jobs (id, kind, teacher_id, subject_id)
    values (new.job_id, case when new.with_rubric then 'build_rubric' else 'build_template' end, new.teacher_id, new.assignment_id);
    return null;
end
$$;

comment on function assay.enqueue_template() is 'Puts the job that builds the template or the rubric of a draft into the queue of its teacher.';

create or replace trigger enqueue_template
    after insert on assay.assignment_drafts
    for each row execute function assay.enqueue_template();
