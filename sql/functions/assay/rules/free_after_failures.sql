-- From when on may a student hand in again what services refuse?
create or replace function assay.free_after_failures(student_id uuid, assignment_id uuid)
    returns timestamptz
    language sql stable
begin atomic
    -- Chances that were given back already; who has had them all waits until one of those lies long enough ago: 3 of an
    -- assignment in 30 days, 10 of a student in one.
    select greatest(
               (select f.finished_at + interval '30 days'
                  from assay.finished_jobs f
                 where f.student_id = free_after_failures.student_id
                   and f.assignment_id = free_after_failures.assignment_id
                   and f.cause = 'text'
                   and f.content_sha256 is not null
                   and f.finished_at > now() - interval '30 days'
                 order by f.finished_at desc
                offset 3 limit 1),
               (select f.finished_at + interval '1 day'
                  from assay.finished_jobs f
                 where f.student_id = free_after_failures.student_id
                   and f.cause = 'text'
                   and f.content_sha256 is not null
                   and f.finished_at > now() - interval '1 day'
                 order by f.finished_at desc
                offset 10 limit 1));
end;

comment on function assay.free_after_failures(uuid, uuid) is
    'When too_many_failures lets a student hand in for an assignment again; null: now.';
