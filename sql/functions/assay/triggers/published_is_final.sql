-- What students have begun to answer is not taken from under their hands.
create or replace function assay.published_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if exists (select from assay.submissions s where s.assignment_id = old.id)
       or exists (select from assay.pending_submissions p where p.assignment_id = old.id)
       or exists (select from assay.questions q join assay.answers x on x.question_id = q.id where q.assignment_id = old.id)
    then
        perform assay.refuse('published_is_final');
    end if;
    return new;
end
$$;

comment on function assay.published_is_final() is
    'An assignment is not withdrawn once a student has saved an answer or handed in (published_is_final).';

create or replace trigger published_is_final
    before update of published_at on assay.assignments
    for each row when (old.published_at is not null and new.published_at is null)
    execute function assay.published_is_final();
