-- May this student have something marked now?
create or replace function assay.require_attempt(student_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
declare
    rule     text[];
    period   interval;
    counted  integer;
    earliest timestamptz;  -- of those that fill the limit
begin
    select regexp_match(r.rule, '^[[:space:]]*([0-9]+)[[:space:]]*(?:/|per)[[:space:]]*([0-9]*)[[:space:]]*([a-z]+)') into strict rule from assay.rate_limits r where r.scope = 'attempts';
    period := (coalesce(nullif(rule[2], ''), '1') || ' ' || rule[3])::interval;
    -- Who counts waits for who counts: each sees what the other did.
    perform from assay.students p where p.id = require_attempt.student_id for no key update;
    select count(*), min(n.at) into counted, earliest
      from (select x.checked_at as at from assay.answers x
             where x.student_id = require_attempt.student_id and x.checked_at > clock_timestamp() - period
            union all
            select s.submitted_at from assay.submissions s
              join assay.assignments a on a.id = s.assignment_id
             where s.student_id = require_attempt.student_id and s.submitted_at > clock_timestamp() - period and a.takes = 'answers'
            union all
            -- One that waits to be marked, found by the answers that it is of.
            select p.submitted_at
              from (select (select w.submitted_at from assay.pending_submissions w
                             where w.assignment_id = d.assignment_id and w.student_id = require_attempt.student_id) as submitted_at
                      from (select distinct q.assignment_id from assay.answers x
                              join assay.questions q on q.id = x.question_id
                             where x.student_id = require_attempt.student_id and x.submission_id is null) d) p
             where p.submitted_at > clock_timestamp() - period
             order by 1 desc
             limit rule[1]::integer) n;
    if counted >= rule[1]::integer then
        perform assay.refuse('rate_limited', jsonb_build_object('scope', 'attempts',
            'retry_after', greatest(1, ceil(extract(epoch from earliest + period - clock_timestamp())))::integer));
    end if;
end
$$;

comment on function assay.require_attempt(uuid) is
    'Raises 429 rate_limited (with scope and retry_after, in seconds) when the student has used up the limit of the scope attempts: answers checked and quizzes handed in, one that waits to be marked included, in the period that ends now. Locks the student.';
