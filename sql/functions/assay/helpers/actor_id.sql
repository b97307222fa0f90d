-- Which student or teacher acts in this transaction.
create or replace function assay.actor_id()
    returns uuid
    language sql stable
    set search_path = ''
begin atomic
    select nullif(pg_catalog.current_setting('assay.actor_id', true), '')::uuid;
end;

comment on function assay.actor_id() is 'The student or teacher who acts; null for the AI and for somebody who writes by hand.';
