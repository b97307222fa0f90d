-- A teacher stores an AI key, or replaces it.
create function api.put_api_key(token_digest bytea, provider text, sealed bytea, last4 text, calls_per_day integer default null)
    returns api.api_keys
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me     assay.teachers := assay.teacher(token_digest);
    stored api.api_keys;
begin
    perform assay.set_actor('teacher', me.id);
    insert into assay.api_keys as k (teacher_id, provider, sealed, last4, calls_per_day)
    values (me.id, put_api_key.provider, put_api_key.sealed, put_api_key.last4, put_api_key.calls_per_day)
        on conflict on constraint one_key_per_service do update
           set sealed = excluded.sealed, last4 = excluded.last4, created_at = now(), last_ok_at = null, last_refused_at = null,
               last_limited_at = null, backoff_until = '-infinity', calls_at_once = null, calls_per_day = excluded.calls_per_day;
    select k.* into stored from api.api_keys k where (k.teacher_id, k.provider) = (me.id, put_api_key.provider);
    return stored;
end
$$;

comment on function api.put_api_key(bytea, text, bytea, text, integer) is
    'Stores a key that the application has sealed for the calling teacher and this service, in place of an earlier one; calls_per_day (null: no ceiling) is how many calls a day (UTC) may be made with it. What was called today stays counted.';
