-- A student's total follows the ledger.
create or replace function assay.add_up_coins()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    update assay.students s
       set total_gold_coins = s.total_gold_coins + moved.coins
      from (select n.student_id, sum(n.coins) as coins
              from new_rows n
             group by n.student_id) moved
     where s.id = moved.student_id
       and moved.coins <> 0;
    return null;
end
$$;

comment on function assay.add_up_coins() is 'Adds what the ledger moved to students.total_gold_coins.';

create or replace trigger add_up_coins
    after insert on assay.coin_ledger
    referencing new table as new_rows
    for each statement execute function assay.add_up_coins();
