-- Three requests about a submission may be open or rejected.
create or replace function assay.too_many_regrade_requests()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if (select count(*) from assay.regrade_requests r
         where r.submission_id = new.submission_id and r.state in ('open', 'rejected')) > 3
    then
        perform assay.refuse('too_many_regrade_requests');
    end if;
    return null;
end
$$;

comment on function assay.too_many_regrade_requests() is
    'At most 3 requests of a student about an assignment, which is one submission, are open or rejected; one that is accepted or withdrawn gives its place back.';

-- Afterwards, so that a second request about the same is called that (regrade_request_open).
create or replace trigger too_many_regrade_requests
    after insert on assay.regrade_requests
    for each row execute function assay.too_many_regrade_requests();
