-- Does any model agree well enough with people on cases of this assignment?
create or replace function assay.is_open(assignment_id uuid)
    returns boolean
    language plpgsql stable
    set search_path = ''
as $$
begin
    return exists (
        select
          from assay.agreement g
         where g.assignment_id = is_open.assignment_id
           and g.question_id is null
           and g.provider is not null
           and assay.held_because(g.assignment_id, g.provider, g.model, g.prompt_version) is null);
end
$$;

comment on function assay.is_open(uuid) is
    'True when results of some model that has marked cases of this assignment are not held (assay.held_because).';
