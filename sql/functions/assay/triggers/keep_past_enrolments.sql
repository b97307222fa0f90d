-- An enrolment that ends is remembered.
create or replace function assay.keep_past_enrolments()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    insert into assay.past_enrolments (class_id, student_id, enrolled_at)
    select o.class_id, o.student_id, o.enrolled_at
      from old_rows o
      join assay.students s on s.id = o.student_id;
    return null;
end
$$;

comment on function assay.keep_past_enrolments() is
    'Moves an enrolment that ends to assay.past_enrolments. When a student is deleted, theirs go with them.';

create or replace trigger keep_past_enrolments
    after delete on assay.enrolments
    referencing old table as old_rows
    for each statement execute function assay.keep_past_enrolments();
