-- Which student or teacher acts in this transaction.
create or replace function assay.actor_id()
    returns uuid
    language sql stable
begin atomic
    select nullif((assay.signed_actor())[2], '')::uuid;
end;

comment on function assay.actor_id() is 'The student or teacher who acts; null for everybody else.';
