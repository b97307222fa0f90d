-- Of an assignment that no service could build a template for, nothing is left.
create or replace function assay.drop_unpublished()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    delete from assay.assignments a
     where a.id = old.assignment_id
       and a.published_at is null
       and a.correction_template is null;
    return null;
end
$$;

comment on function assay.drop_unpublished() is 'An assignment that never had a template goes with its draft.';

create or replace trigger drop_unpublished
    after delete on assay.assignment_drafts
    for each row execute function assay.drop_unpublished();
