-- Is what is about to change still what the caller has seen?
create or replace function assay.require_match(if_match text[], representation text)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
declare
    present text := left(encode(sha256(convert_to(representation, 'UTF8')), 'hex'), 32);
begin
    if representation is null then
        perform assay.refuse('not_found');
    elsif present <> all (if_match) then
        perform assay.refuse('precondition_failed', jsonb_build_object('etag', format('"%s"', present)));
    end if;
end
$$;

comment on function assay.require_match(text[], text) is
    'Raises 412 precondition_failed, with the present entity tag, unless that is one of if_match; 404 not_found when there is nothing any more. An entity tag is the beginning of the SHA-256 of the body that a GET answers with. Called while the row is locked, in a statement that began after it was: else a change could come in between.';
