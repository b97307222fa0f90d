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
       case when k.last_refused_at is not null then 'The service refused this key.' end as last_error
  from assay.api_keys k;

comment on view api.api_keys is 'The shape of an AI key in the HTTP API: never the key. State is unused, ok or refused.';
