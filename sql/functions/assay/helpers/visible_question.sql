-- A question that a student can answer.
create or replace function assay.visible_question(student_id uuid, assignment_id uuid, number integer)
    returns assay.questions
    language plpgsql stable
    set search_path = ''
as $$
declare
    asked assay.questions;
begin
    select q.* into asked
      from assay.questions q
     where q.assignment_id = visible_question.assignment_id
       and q.number = visible_question.number
       and q.approved_at is not null
       and q.kind <> 'criterion'
       and assay.is_visible(visible_question.student_id, q.assignment_id);
    if not found then
        perform assay.refuse('not_found');
    end if;
    return asked;
end
$$;

comment on function assay.visible_question(uuid, uuid, integer) is
    'The approved question with that number of an assignment that the student can see; else 404 not_found, for a criterion too.';
