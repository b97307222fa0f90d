-- A submission's score follows its answers.
create or replace function assay.add_up_answers()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    marked record;
begin
    select array_agg(distinct n.submission_id) as ids, bool_and(n.marked_by is distinct from 'teacher') as by_machines
      into marked
      from new_rows n
      join old_rows o on o.id = n.id
     where o.submission_id = n.submission_id  -- what is handed in just now comes with its submission's score
       and (n.score, n.marked_at) is distinct from (o.score, o.marked_at);
    if marked.ids is null then
        return null;
    end if;

    -- In the order of ids, as every writer of several rows. What others have marked meanwhile is added up below.
    perform from assay.submissions s where s.id = any (marked.ids) order by s.id for no key update;
    if marked.by_machines then
        perform assay.set_coins_moved_by('regraded');  -- for pay_coins
    end if;
    update assay.submissions s
       set score          = m.score + s.adjustment,
           provider       = case when m.by_person or s.adjustment <> 0 then null else m.provider end,
           model          = case when m.by_person or s.adjustment <> 0 then null else m.model end,
           prompt_version = case when m.by_person or s.adjustment <> 0 then null else m.prompt_version end,
           graded_at      = clock_timestamp()
      from (select x.submission_id, sum(coalesce(x.score, 0)) as score, bool_or(coalesce(x.marked_by = 'teacher', false)) as by_person,
                   (array_agg(x.provider order by x.marked_at desc) filter (where x.marked_by = 'ai'))[1] as provider,
                   (array_agg(x.model order by x.marked_at desc) filter (where x.marked_by = 'ai'))[1] as model,
                   (array_agg(x.prompt_version order by x.marked_at desc) filter (where x.marked_by = 'ai'))[1] as prompt_version
              from assay.answers x
             where x.submission_id = any (marked.ids)
             group by x.submission_id) m
     where s.id = m.submission_id;
    perform assay.set_coins_moved_by(null);
    return null;
end
$$;

comment on function assay.add_up_answers() is
    'When an answer that was handed in is marked anew, the score of its submission is the sum of its answers and its adjustment, and who gave it is the AI that marked last, or a person who gave any part: one update for each statement. The ledger calls it regraded when machines marked all that was marked, else edited.';

-- After answer_is_whole_on_update in the alphabet: a score that its question does not give is refused as such.
create or replace trigger answers_are_added_up
    after update on assay.answers
    referencing old table as old_rows new table as new_rows
    for each statement execute function assay.add_up_answers();
