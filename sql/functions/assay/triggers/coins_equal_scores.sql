-- No commit leaves a total that is not the sum of the scores and of the ledger.
create or replace function assay.coins_equal_scores()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform
       from assay.students s
      where s.id = new.id
        and (s.total_gold_coins <> (select coalesce(sum(x.score), 0) from assay.submissions x
                                    where x.student_id = s.id and x.released_at is not null)
          or s.total_gold_coins <> (select coalesce(sum(l.coins), 0) from assay.coin_ledger l where l.student_id = s.id));
    if found then
        perform assay.refuse('coins_equal_scores');
    end if;
    return null;
end
$$;

comment on function assay.coins_equal_scores() is
    'At commit total_gold_coins equals the sum of the student''s released scores and of their ledger, whoever wrote (coins_equal_scores).';

drop trigger if exists coins_equal_scores on assay.students;
create constraint trigger coins_equal_scores
    after insert or update of total_gold_coins on assay.students
    deferrable initially deferred
    for each row execute function assay.coins_equal_scores();
