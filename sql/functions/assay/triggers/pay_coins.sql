-- Every score given, changed or removed is a row of the ledger.
create or replace function assay.pay_coins()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    said     text[] := assay.signed_actor();  -- once: each asks for the secret
    actor    text   := said[1];
    teacher  uuid   := case when actor = 'teacher' then nullif(said[2], '')::uuid end;
    moved_by text   := case when tg_op = 'UPDATE' then assay.coins_moved_by() end;  -- as add_up_answers says
begin
    if tg_op = 'INSERT' then
        insert into assay.coin_ledger (student_id, submission_id, assignment_id, score, coins, reason, actor,
                                       teacher_id, provider, model, prompt_version)
        select n.student_id, n.id, n.assignment_id, n.score, n.score, 'graded', actor,
               teacher, n.provider, n.model, n.prompt_version
          from new_rows n
         where n.released_at is not null;
    elsif tg_op = 'UPDATE' then
        insert into assay.coin_ledger (student_id, submission_id, assignment_id, score, coins, reason, actor,
                                       teacher_id, provider, model, prompt_version)
        select n.student_id, n.id, n.assignment_id, n.score, n.score - o.score,
               case when actor = 'ai' then 'regraded' else coalesce(moved_by, 'edited') end, actor,
               teacher, n.provider, n.model, n.prompt_version
          from new_rows n
          join old_rows o on o.id = n.id
         where (n.score, n.graded_at) is distinct from (o.score, o.graded_at)
           and o.released_at is not null
         union all
        -- What was held is paid when it is released, and was given by who graded it, whoever released it.
        select n.student_id, n.id, n.assignment_id, n.score, n.score, 'graded',
               case when n.provider is null then actor else 'ai' end, case when n.provider is null then teacher end,
               n.provider, n.model, n.prompt_version
          from new_rows n
          join old_rows o on o.id = n.id
         where o.released_at is null
           and n.released_at is not null;
    else
        insert into assay.coin_ledger (student_id, submission_id, assignment_id, score, coins, reason, actor, teacher_id)
        select o.student_id, o.id, o.assignment_id, null, -o.score, 'removed', actor, teacher
          from old_rows o
          join assay.students s on s.id = o.student_id
         where o.released_at is not null;
    end if;
    return null;
end
$$;

comment on function assay.pay_coins() is
    'Writes a ledger row for every score that is given, changed or removed, with who did it; for one that is held when it is released. When a student is deleted, theirs go with them.';

create or replace trigger pay_coins_on_insert
    after insert on assay.submissions
    referencing new table as new_rows
    for each statement execute function assay.pay_coins();

create or replace trigger pay_coins_on_update
    after update on assay.submissions
    referencing old table as old_rows new table as new_rows
    for each statement execute function assay.pay_coins();

create or replace trigger pay_coins_on_delete
    after delete on assay.submissions
    referencing old table as old_rows
    for each statement execute function assay.pay_coins();
