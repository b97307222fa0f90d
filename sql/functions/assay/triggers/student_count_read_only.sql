-- The count of a class's students is not for writing.
create or replace function assay.student_count_read_only()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('student_count_read_only');
    return null;
end
$$;

comment on function assay.student_count_read_only() is
    'classes.student_count is written by the trigger count_students alone (student_count_read_only).';

create or replace trigger student_count_read_only
    after update of student_count on assay.classes
    for each row when (new.student_count <> old.student_count and pg_trigger_depth() = 0)
    execute function assay.student_count_read_only();
