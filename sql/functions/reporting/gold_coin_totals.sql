-- How many coins each student has, and how many they could have.
create or replace view reporting.gold_coin_totals as
select s.id as student_id,
       s.name as student_name,
       s.total_gold_coins,
       count(x.id)::integer as graded_submissions,
       coalesce(sum(a.max_score), 0)::bigint as possible_gold_coins
  from assay.students s
  left join assay.submissions x on x.student_id = s.id and x.released_at is not null
  left join assay.assignments a on a.id = x.assignment_id
 group by s.id;

comment on view reporting.gold_coin_totals is
'One row per student: their gold coins.
Example: select student_name, total_gold_coins, possible_gold_coins from reporting.gold_coin_totals order by total_gold_coins desc;';
comment on column reporting.gold_coin_totals.student_id          is 'The student.';
comment on column reporting.gold_coin_totals.student_name        is 'The student, by name.';
comment on column reporting.gold_coin_totals.graded_submissions  is 'For how many submissions; those whose result is held do not count.';
comment on column reporting.gold_coin_totals.possible_gold_coins is 'The sum of the maximum scores of those submissions'' assignments.';
