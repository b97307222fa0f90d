-- An enrolment is made and ended, never changed: counts and history follow those two.
create or replace function assay.enrolment_immutable()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('enrolment_immutable');
    return null;
end
$$;

comment on function assay.enrolment_immutable() is
    'An enrolment''s class and student never change, and the table cannot be truncated, whoever tries (enrolment_immutable).';

create or replace trigger enrolment_immutable
    before update of class_id, student_id on assay.enrolments
    for each row when ((new.class_id, new.student_id) is distinct from (old.class_id, old.student_id))
    execute function assay.enrolment_immutable();

create or replace trigger enrolments_no_truncate
    before truncate on assay.enrolments
    for each statement execute function assay.enrolment_immutable();
