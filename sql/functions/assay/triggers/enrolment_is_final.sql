-- An enrolment is made and ended, never changed: counts and history follow those two.
create or replace function assay.enrolment_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse(409, 'enrolment_is_final', 'An enrolment keeps its class and its student: delete it, and insert another.');
    return null;
end
$$;

comment on function assay.enrolment_is_final() is
    'An enrolment''s class and student never change, and the table cannot be truncated, whoever tries (enrolment_is_final).';

create or replace trigger enrolment_is_final
    before update of class_id, student_id on assay.enrolments
    for each row when ((new.class_id, new.student_id) is distinct from (old.class_id, old.student_id))
    execute function assay.enrolment_is_final();

create or replace trigger enrolments_stay
    before truncate on assay.enrolments
    for each statement execute function assay.enrolment_is_final();
