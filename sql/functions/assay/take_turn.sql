-- Teachers take turns in the line.
create or replace function assay.take_turn()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    new.turn := 1 + greatest(
        coalesce((select j.turn
                    from assay.jobs j
                   where j.worker_id is null and j.run_at is null
                   order by j.turn
                   limit 1), 0) - 1,
        coalesce((select j.turn
                    from assay.jobs j
                   where j.worker_id is null and j.run_at is null and j.teacher_id = new.teacher_id
                   order by j.turn desc
                   limit 1), 0));
    return new;
end
$$;

comment on function assay.take_turn() is
    'A new job''s turn is one more than its teacher''s last ready job''s, but never behind the head of the line: one teacher''s single text enters near the front of another''s thousands.';

create or replace trigger take_turn
    before insert on assay.jobs
    for each row execute function assay.take_turn();
