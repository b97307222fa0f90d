-- The criteria of a rubric are worth what the assignment is worth.
create or replace function assay.criteria_add_up()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    assignment uuid;
    in_all     bigint;
    highest    integer;
begin
    if tg_table_name = 'assignments' then
        assignment := new.id;
    elsif tg_op = 'DELETE' then
        assignment := old.assignment_id;
    else
        assignment := new.assignment_id;
    end if;
    select sum(q.max_score), max(a.max_score) into in_all, highest
      from assay.assignments a
      join assay.questions q on q.assignment_id = a.id
     where a.id = assignment
       and a.takes = 'text'
       and q.approved_at is not null;
    if in_all is distinct from highest then
        perform assay.refuse('criteria_add_up', jsonb_build_object('sum', in_all, 'max_score', highest));
    end if;
    return null;
end
$$;

comment on function assay.criteria_add_up() is
    'At commit the approved criteria of a text''s rubric add up to the assignment''s max_score, whoever wrote (criteria_add_up).';

drop trigger if exists criteria_add_up on assay.questions;
create constraint trigger criteria_add_up
    after insert or delete or update of max_score, assignment_id, approved_at on assay.questions
    deferrable initially deferred
    for each row execute function assay.criteria_add_up();

drop trigger if exists criteria_add_up on assay.assignments;
create constraint trigger criteria_add_up
    after update of max_score on assay.assignments
    deferrable initially deferred
    for each row execute function assay.criteria_add_up();
