-- No commit leaves a score that is not what the answers earned.
-- enable_seqscan: how many rows a statement writes is not known when its plan is made.
create or replace function assay.score_adds_up()
    returns trigger
    language plpgsql
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    others uuid[];
begin
    if tg_table_name = 'answers' then
        -- What does not add up now is looked at again at commit.
        select array_agg(s.id order by s.id) into others
          from assay.submissions s
         where s.id in (select n.submission_id from new_rows n)
           and s.score <> (select sum(coalesce(x.score, 0)) + s.adjustment from assay.answers x where x.submission_id = s.id);
        if others is not null then
            update assay.submissions s set adjustment = s.adjustment where s.id = any (others);
        end if;
        return null;
    end if;
    perform
       from assay.submissions s
      where s.id = new.id
        and s.score <> (select sum(coalesce(x.score, 0)) + s.adjustment from assay.answers x where x.submission_id = s.id);
    if found then
        perform assay.refuse('score_adds_up');
    end if;
    return null;
end
$$;

comment on function assay.score_adds_up() is
    'At commit the score of a submission that has answers is their sum and its adjustment, whoever wrote (score_adds_up).';

drop trigger if exists score_adds_up on assay.submissions;
create constraint trigger score_adds_up
    after insert or update of score, adjustment on assay.submissions
    deferrable initially deferred
    for each row execute function assay.score_adds_up();

create or replace trigger score_adds_up_on_insert
    after insert on assay.answers
    referencing new table as new_rows
    for each statement execute function assay.score_adds_up();

create or replace trigger score_adds_up_on_update
    after update on assay.answers
    referencing new table as new_rows
    for each statement execute function assay.score_adds_up();
