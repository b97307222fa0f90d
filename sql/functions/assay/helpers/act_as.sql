-- Who acts, for the ledger and the audit, until the end of this transaction.
create or replace function assay.act_as(actor text, id uuid default null)
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    select pg_catalog.set_config('assay.actor', act_as.actor, true),
           pg_catalog.set_config('assay.actor_id', coalesce(act_as.id::text, ''), true);
end;

comment on function assay.act_as(text, uuid) is
    'Says who acts (ai, teacher, student, visitor or operator, and their id) until the end of the transaction. By hand in psql nobody need call it: the actor is then the database role.';
