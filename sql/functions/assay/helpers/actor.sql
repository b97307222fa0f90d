-- Who acts in this transaction: what assay.act_as said, or the database role that logged in.
create or replace function assay.actor()
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select coalesce(nullif(pg_catalog.current_setting('assay.actor', true), ''), session_user::text);
end;

comment on function assay.actor() is
    'ai, teacher, student, visitor or operator when a door or a worker acts; the name of the database role when somebody writes by hand.';
