-- Who acts, for the ledger and the audit, until the end of this transaction.
create or replace function assay.set_actor(actor text, id uuid default null)
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    select pg_catalog.set_config('assay.actor',
        concat_ws('|', set_actor.actor, coalesce(set_actor.id::text, ''), assay.actor_signature(set_actor.actor, coalesce(set_actor.id::text, ''))), true);
end;

comment on function assay.set_actor(text, uuid) is
    'Says who acts (ai, teacher, student, visitor or operator, and their id) until the end of the transaction, signed: what anybody else writes into the variable is not believed. By hand in psql nobody need call it: the actor is then an operator.';
