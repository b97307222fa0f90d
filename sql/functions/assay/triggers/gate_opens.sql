-- A try or a mark, or other terms, that make figures good enough release what was held, in the same transaction.
create or replace function assay.gate_opens()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    changed_id uuid;
begin
    if tg_table_name = 'assignments' then
        changed_id := new.id;
    elsif tg_table_name = 'cases' then
        changed_id := old.assignment_id;
    elsif tg_table_name = 'tries' then
        select c.assignment_id into changed_id from assay.cases c where c.id = new.case_id;
    else
        select c.assignment_id into changed_id
          from assay.tries t
          join assay.cases c on c.id = t.case_id
         where t.id = coalesce(new.try_id, old.try_id);
    end if;
    if not exists (select from assay.assignments a where a.id = changed_id and (a.autonomy = 'gated' or tg_table_name = 'assignments')) then
        return null;
    end if;
    -- One at a time for each teacher: of two who mark the last two cases, the second sees what the first wrote.
    perform from assay.teachers t
      where t.id = (select a.teacher_id from assay.assignments a where a.id = changed_id)
        for no key update;
    if tg_table_name = 'assignments' or assay.is_open(changed_id) then
        perform assay.lock_held(changed_id);
        perform assay.release_held(changed_id);
    end if;
    return null;
end
$$;

comment on function assay.gate_opens() is
    'Where the results of an assignment are held: a finished try, one that is promoted, a person''s mark, a case less, other thresholds or a release let go what assay.held_because holds no longer, at commit, each submission once.';

drop trigger if exists gate_opens on assay.tries;
create constraint trigger gate_opens
    after insert or update of finished_at, promoted_at on assay.tries
    deferrable initially deferred
    for each row when (new.finished_at is not null)
    execute function assay.gate_opens();

drop trigger if exists gate_opens on assay.marks;
create constraint trigger gate_opens
    after update or delete on assay.marks
    deferrable initially deferred
    for each row execute function assay.gate_opens();

drop trigger if exists gate_opens on assay.cases;
create constraint trigger gate_opens
    after delete on assay.cases
    deferrable initially deferred
    for each row execute function assay.gate_opens();

create or replace trigger gate_opens
    after update of autonomy, gate_min_cases, gate_min_qwk, gate_max_bias, released_at on assay.assignments
    for each row when (
        (new.autonomy, new.gate_min_cases, new.gate_min_qwk, new.gate_max_bias, new.released_at)
        is distinct from
        (old.autonomy, old.gate_min_cases, old.gate_min_qwk, old.gate_max_bias, old.released_at))
    execute function assay.gate_opens();
