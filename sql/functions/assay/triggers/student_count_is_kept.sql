-- The count of a class's students is not for writing.
create or replace function assay.student_count_is_kept()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse(409, 'student_count_is_kept', 'The count follows the enrolments; it is not written by hand.');
    return null;
end
$$;

comment on function assay.student_count_is_kept() is
    'classes.student_count is written by the trigger count_students alone (student_count_is_kept).';

create or replace trigger student_count_is_kept
    after update of student_count on assay.classes
    for each row when (new.student_count <> old.student_count and pg_trigger_depth() = 0)
    execute function assay.student_count_is_kept();
