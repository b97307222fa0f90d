-- Says no, in the one way that every client understands.
create or replace function assay.refuse(code text, details jsonb default '{}', of_field boolean default null)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
declare
    known    assay.error_codes;
    entry    record;
begin
    select e.* into strict known from assay.error_codes e where e.code = refuse.code;
    for entry in select d.key, d.value from jsonb_each_text(refuse.details) d loop
        known.sentence := replace(known.sentence, '{' || entry.key || '}', entry.value);
    end loop;
    if known.field is not null and coalesce(of_field, known.shown_as = 'validation_failed') and not refuse.details ? 'errors' then
        refuse.details := refuse.details || jsonb_build_object('errors', jsonb_build_array(
            jsonb_build_object('field', known.field, 'type', known.code, 'message', known.sentence)));
    end if;
    raise exception using
        errcode    = 'PT' || known.status,
        constraint = known.code,
        message    = known.sentence,
        detail     = case when refuse.details = '{}' then '' else refuse.details::text end;
end
$$;

comment on function assay.refuse(text, jsonb, boolean) is
    'Raises SQLSTATE PTnnn, where nnn is the HTTP status of the code in assay.error_codes; the constraint''s name is the code, the message is its sentence with the details filled in, the detail is a JSON object for programs (never row data). of_field: whether it is the field of that row which is wrong in a request, and the detail lists it under errors; null: where clients see validation_failed.';
