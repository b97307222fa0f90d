-- Why the next statements of this transaction move coins, for the ledger.
create or replace function assay.set_coins_moved_by(reason text)
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    select pg_catalog.set_config('assay.coins_moved_by',
        concat_ws('|', set_coins_moved_by.reason, assay.actor_signature('coins', set_coins_moved_by.reason)), true);
end;

comment on function assay.set_coins_moved_by(text) is
    'Says why coins move from here on (a reason of assay.coin_ledger), signed: what anybody else writes into the variable is not believed. Null: no more.';
