-- A question of one of this teacher's assignments.
create or replace function assay.own_question(teacher_id uuid, question_id uuid)
    returns assay.questions
    language plpgsql stable
    set search_path = ''
as $$
declare
    found_one assay.questions;
begin
    select q.* into found_one
      from assay.questions q
      join assay.assignments a on a.id = q.assignment_id
     where q.id = own_question.question_id
       and a.teacher_id = own_question.teacher_id
       and a.deleted_at is null;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.own_question(uuid, uuid) is 'The question if it belongs to an assignment of this teacher that is not deleted; else 404 not_found.';
