-- A quiz is worth what its approved questions are worth.
create or replace function assay.max_score_follows()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_table_name = 'assignments' then
        new.max_score := (select coalesce(sum(q.max_score), 0)
                            from assay.questions q
                           where q.assignment_id = new.id
                             and q.approved_at is not null);
        return new;
    end if;
    update assay.assignments a
       set max_score = approved.max_score
      from (select m.assignment_id, coalesce(sum(q.max_score), 0) as max_score
              from (select n.assignment_id from touched n) m
              left join assay.questions q on q.assignment_id = m.assignment_id and q.approved_at is not null
             group by m.assignment_id) approved
     where a.id = approved.assignment_id
       and a.takes = 'answers'
       and a.max_score is distinct from approved.max_score;
    return null;
end
$$;

comment on function assay.max_score_follows() is
    'max_score of an assignment that takes answers is the sum of its approved questions, whoever writes either.';

create or replace trigger max_score_follows
    before insert or update of max_score on assay.assignments
    for each row when (new.takes = 'answers')
    execute function assay.max_score_follows();

create or replace trigger max_score_follows_inserts
    after insert on assay.questions
    referencing new table as touched
    for each statement execute function assay.max_score_follows();

create or replace trigger max_score_follows_updates
    after update on assay.questions
    referencing new table as touched
    for each statement execute function assay.max_score_follows();

create or replace trigger max_score_follows_deletes
    after delete on assay.questions
    referencing old table as touched
    for each statement execute function assay.max_score_follows();
