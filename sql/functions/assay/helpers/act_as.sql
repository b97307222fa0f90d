-- Who acts, for the ledger and the audit, until the end of this transaction.
create or replace function assay.act_as(actor text, id uuid default null)
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    select pg_catalog.set_config('assay.actor',
        concat_ws('|', act_as.actor, coalesce(act_as.id::text, ''), assay.actor_signature(act_as.actor, coalesce(act_as.id::text, ''))), true);
end;

comment on function assay.act_as(text, uuid) is
    'Says who acts (ai, teacher, student, visitor or operator, and their id) until the end of the transaction, signed: what anybody else writes into the variable is not believed. By hand in psql nobody need call it: the actor is then an operator.';
