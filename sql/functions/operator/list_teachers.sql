-- The teachers, for an operator.
create function operator.list_teachers(most integer)
    returns table (email text, name text, state text, classes bigint, assignments bigint, submissions bigint, created_at timestamptz,
                   disabled_at timestamptz)
    language sql stable security definer
    set search_path = ''
begin atomic
    select t.email, t.name,
           case when t.disabled_at is not null then 'disabled' when not t.can_log_in then 'invited' else 'active' end,
           (select count(*) from assay.classes c where c.teacher_id = t.id and c.deleted_at is null),
           n.assignments, n.submissions, t.created_at, t.disabled_at
      from reporting.teachers t
     cross join lateral (
           select count(*) as assignments,
                  coalesce(sum((select sum(c.submissions) from assay.submission_counts c where c.assignment_id = a.id)), 0)::bigint as submissions
             from assay.assignments a
            where a.teacher_id = t.id
              and a.deleted_at is null) n
     order by t.id
     limit list_teachers.most;
end;

comment on function operator.list_teachers(integer) is
    'Teachers, oldest first: active, invited (no password yet) or disabled, with how many classes, assignments and graded submissions to these they have.';
