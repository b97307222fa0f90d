-- A job as a client sees it.
create view api.jobs as
select j.id,
       j.kind,
       j.status,
       j.assignment_id,
       j.submission_id,
       case when j.error_code is not null then
           json_build_object('code', j.error_code,
                             'message', j.error_message,
                             'details', jsonb_strip_nulls(jsonb_build_object('seen', to_jsonb(j.maxima_seen))))
       end as error,
       j.created_at,
       j.finished_at,
       j.score
  from reporting.jobs j;

comment on view api.jobs is 'The shape of a job in the HTTP API.';
