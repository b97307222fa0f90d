-- Says no, in the one way that every client understands.
create or replace function assay.refuse(status integer, rule text, message text, details text default null)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    raise exception using
        errcode    = 'PT' || refuse.status,
        constraint = refuse.rule,
        message    = refuse.message,
        detail     = coalesce(refuse.details, '');
end
$$;

comment on function assay.refuse(integer, text, text, text) is
    'Raises SQLSTATE PTnnn, where nnn is the HTTP status; the constraint''s name is the error code, the message is for people, the detail is a JSON object for programs (never row data).';
