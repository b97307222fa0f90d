-- What is shown of an AI key.
create view api.api_keys as
select k.teacher_id,
       k.provider,
       k.last4,
       k.created_at,
       case when k.last_refused_at is not null then 'refused'
            when k.last_ok_at is not null      then 'ok'
            else 'unused' end as state,
       k.last_ok_at,
       case when k.last_refused_at is not null then 'The service refused this key.' end as last_error,
       k.calls_per_day,
       case when k.calls_on = assay.utc_today() then k.calls_today else 0 end as calls_today
  from assay.api_keys k;

comment on view api.api_keys is 'The shape of an AI key in the HTTP API: never the key. State is unused, ok or refused.';
comment on column api.api_keys.state      is 'unused, ok (the service last answered with it) or refused.';
comment on column api.api_keys.last_error is 'Why it is refused, in a sentence; null: it is not.';
comment on column api.api_keys.calls_today   is 'How many were made today, counted while there is a ceiling.';
