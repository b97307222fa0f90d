-- The ledger is written, never changed.
create or replace function assay.ledger_immutable()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'DELETE' and not exists (select from assay.students s where s.id = old.student_id) then
        return old;
    end if;
    perform assay.refuse('ledger_immutable');
    return null;
end
$$;

comment on function assay.ledger_immutable() is
    'Rows of the ledger are written by a change of a score alone, never updated, and deleted only together with their student, whoever tries (ledger_immutable).';

create or replace trigger ledger_immutable
    before update or delete on assay.coin_ledger
    for each row execute function assay.ledger_immutable();

create or replace trigger ledger_no_truncate
    before truncate on assay.coin_ledger
    for each statement execute function assay.ledger_immutable();

-- pay_coins is a trigger itself: what it writes is at depth 1.
create or replace trigger ledger_follows_scores
    after insert on assay.coin_ledger
    for each row when (pg_trigger_depth() = 0)
    execute function assay.ledger_immutable();
