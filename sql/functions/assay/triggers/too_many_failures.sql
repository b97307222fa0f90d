-- A text that no service would grade gives its student another chance, but not for ever: each one costs a teacher's money.
create or replace function assay.too_many_failures()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    free_at timestamptz := assay.free_after_failures(new.student_id, new.assignment_id);
begin
    if free_at is not null then
        perform assay.refuse('too_many_failures', jsonb_build_object(
            'retry_after', greatest(1, ceil(extract(epoch from free_at - now())))::integer));
    end if;
    return new;
end
$$;

comment on function assay.too_many_failures() is
    'A failure that is the text''s own (refused, badly answered, filtered, too long) gives back the one chance 3 times per student and assignment, and 10 times a day per student; the text after that is refused, whoever inserts it (too_many_failures, with retry_after in seconds). Outages give it back freely.';

create or replace trigger too_many_failures
    before insert on assay.pending_submissions
    for each row execute function assay.too_many_failures();
