-- Students whose coins are not what they should be: there are none.
create or replace view reporting.coin_drift as
select s.id as student_id,
       s.name as student_name,
       s.total_gold_coins,
       coalesce(x.coins, 0) as sum_of_scores,
       coalesce(l.coins, 0) as sum_of_ledger,
       coalesce(h.coins, 0) as sum_of_last_scores
  from assay.students s
  left join (select x.student_id, sum(x.score) as coins from assay.submissions x where x.released_at is not null group by x.student_id) x
    on x.student_id = s.id
  left join (select l.student_id, sum(l.coins) as coins from assay.coin_ledger l group by l.student_id) l
    on l.student_id = s.id
  left join (select last.student_id, sum(last.score) as coins
               from (select distinct on (l.submission_id) l.student_id, l.score
                       from assay.coin_ledger l
                      order by l.submission_id, l.created_at desc, l.id desc) last
              group by last.student_id) h
    on h.student_id = s.id
 where (s.total_gold_coins, s.total_gold_coins, s.total_gold_coins)
       is distinct from (coalesce(x.coins, 0), coalesce(l.coins, 0), coalesce(h.coins, 0));

comment on view reporting.coin_drift is
'One row per student whose total, scores and ledger disagree. It is always empty; a row is worth a call.
Example: select * from reporting.coin_drift;';
comment on column reporting.coin_drift.student_id         is 'The student.';
comment on column reporting.coin_drift.student_name       is 'The student, by name.';
comment on column reporting.coin_drift.total_gold_coins   is 'What students.total_gold_coins says.';
comment on column reporting.coin_drift.sum_of_scores      is 'The sum of the current scores that are released.';
comment on column reporting.coin_drift.sum_of_ledger      is 'The sum of every movement of coins.';
comment on column reporting.coin_drift.sum_of_last_scores is 'The sum of the last score that the ledger has for each submission.';
