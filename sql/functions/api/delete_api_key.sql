-- A teacher takes an AI key back.
create function api.delete_api_key(token_digest bytea, provider text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    perform assay.set_actor('teacher', me.id);
    delete from assay.api_keys k where k.teacher_id = me.id and k.provider = delete_api_key.provider;
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.delete_api_key(bytea, text) is 'Deletes the calling teacher''s key of a service; 404 not_found when there is none.';
