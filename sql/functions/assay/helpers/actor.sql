-- Who acts in this transaction.
create or replace function assay.actor()
    returns text
    language sql stable
begin atomic
    select (assay.signed_actor())[1];
end;

comment on function assay.actor() is
    'ai, teacher, student or visitor when an API function or a worker acts; operator for the command line and for whoever writes by hand.';
