-- Rows that a rule should have refused: written while it was switched off.
-- as in: set session_replication_role = replica; insert into assay.students (name, email, total_gold_coins) values ('A', 'a@b', 7); set session_replication_role = origin
select 'coins are not the sum of scores and ledger' as what, d.student_id as offender from reporting.coin_drift d
union all
select 'score above the maximum', s.id from reporting.submissions s where s.score not between 0 and s.max_score
union all
select 'count of submissions', coalesce(n.assignment_id, s.assignment_id)
  from assay.submission_counts n
  full join (select x.assignment_id, assay.count_part(x.student_id, a.takes) as part, count(*) as submissions
               from assay.submissions x
               join assay.assignments a on a.id = x.assignment_id
              group by 1, 2) s on s.assignment_id = n.assignment_id and s.part = n.part
 where coalesce(n.submissions, 0) <> coalesce(s.submissions, 0)
union all
select 'address that is not in the list of addresses in use', p.id
  from (select s.id, s.email from assay.students s union all select t.id, t.email from assay.teachers t) p
 where not exists (select from assay.email_addresses e
                    where e.address = casefold(p.email collate pg_catalog.pg_unicode_fast) and p.id in (e.student_id, e.teacher_id))
union all
select 'enrolment of a class that was deleted', e.class_id
  from assay.enrolments e join assay.classes c on c.id = e.class_id
 where c.deleted_at is not null;
