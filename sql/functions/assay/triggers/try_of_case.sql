-- A try is one of a case that has something to mark; of a person's the database says whether it was blind.
create or replace function assay.try_of_case()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    marked assay.cases;
begin
    -- Waits for who exchanges the work just now (case_is_final).
    select c.* into marked from assay.cases c where c.id = new.case_id for share;
    if num_nonnulls(marked.submission_id, marked.content) = 0 then
        perform assay.refuse('case_is_empty', jsonb_build_object('case_id', marked.id));
    end if;
    if new.teacher_id is not null then
        new.rubric_digest := assay.rubric_digest(marked.assignment_id);
        new.blind := case when marked.submission_id is null
                          then not exists (select from assay.tries t where t.case_id = marked.id and t.model is not null and t.finished_at is not null)
                          else marked.is_drawn and tg_op = 'INSERT' end;
    end if;
    return new;
end
$$;

comment on function assay.try_of_case() is
    'A case has a submission or a text before it is tried (case_is_empty). A person''s try is of today''s rubric, and blind when no machine''s result was in sight: of a drawn submission when it is marked for the first time, of work that was brought while no model''s try of it has finished. Nobody claims it.';

create or replace trigger try_of_case
    before insert or update of case_id, teacher_id, blind, rubric_digest, finished_at on assay.tries
    for each row execute function assay.try_of_case();
