-- A text that no service would grade gives its student another chance, but not for ever: each one costs a teacher's money.
create or replace function assay.too_many_failures()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    most_per_assignment constant integer := 3;
    most_per_day        constant integer := 10;
    free_at timestamptz;
begin
    -- Chances that were given back already; who has had them all waits until one of those lies long enough ago.
    select greatest(
               (select f.finished_at + interval '30 days'
                  from assay.finished_jobs f
                 where f.student_id = new.student_id
                   and f.assignment_id = new.assignment_id
                   and f.cause = 'text'
                   and f.content_sha256 is not null
                   and f.finished_at > now() - interval '30 days'
                 order by f.finished_at desc
                offset most_per_assignment limit 1),
               (select f.finished_at + interval '1 day'
                  from assay.finished_jobs f
                 where f.student_id = new.student_id
                   and f.cause = 'text'
                   and f.content_sha256 is not null
                   and f.finished_at > now() - interval '1 day'
                 order by f.finished_at desc
                offset most_per_day limit 1))
      into free_at;
    if free_at is not null then
        perform assay.refuse('too_many_failures', jsonb_build_object(
            'retry_after', greatest(1, ceil(extract(epoch from free_at - now())))::integer));
    end if;
    return new;
end
$$;

comment on function assay.too_many_failures() is
    'A failure that is the text''s own (refused, badly answered, filtered, too long) gives back the one chance 3 times per student and assignment, and 10 times a day per student; the text after that is refused, whoever inserts it (too_many_failures, with retry_after in seconds). Outages give it back freely.';

create or replace trigger too_many_failures
    before insert on assay.pending_submissions
    for each row execute function assay.too_many_failures();
