-- A submission's score follows its answers.
create or replace function assay.add_up_answers()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    moved record;
begin
    select array_agg(m.submission_id order by m.submission_id) as ids,
           array_agg(m.coins order by m.submission_id) as coins,
           array_agg(m.by_person order by m.submission_id) as by_person,
           bool_and(not m.by_person) as by_machines
      into moved
      from (select n.submission_id, sum(coalesce(n.score, 0) - coalesce(o.score, 0)) as coins, bool_or(n.marked_by = 'teacher') as by_person
              from new_rows n
              join old_rows o on o.id = n.id
             where o.submission_id = n.submission_id  -- what is handed in just now comes with its submission's score
               and n.score is distinct from o.score
             group by n.submission_id) m;
    if moved.ids is null then
        return null;
    end if;

    -- In the order of ids, as every writer of several rows.
    perform from assay.submissions s where s.id = any (moved.ids) order by s.id for no key update;
    if moved.by_machines then
        perform set_config('assay.coins_moved_by', 'regraded', true);  -- for pay_coins
    end if;
    update assay.submissions s
       set score          = s.score + m.coins,
           provider       = case when m.by_person then null else s.provider end,
           model          = case when m.by_person then null else s.model end,
           prompt_version = case when m.by_person then null else s.prompt_version end,
           graded_at      = clock_timestamp()
      from unnest(moved.ids, moved.coins, moved.by_person) as m (id, coins, by_person)
     where s.id = m.id;
    perform set_config('assay.coins_moved_by', '', true);
    return null;
end
$$;

comment on function assay.add_up_answers() is
    'When the score of an answer that was handed in changes, the score of its submission moves by as much: one update for each statement. The ledger calls it regraded when machines marked all that moved, else edited.';

create or replace trigger add_up_answers
    after update on assay.answers
    referencing old table as old_rows new table as new_rows
    for each statement execute function assay.add_up_answers();
