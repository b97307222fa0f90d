-- Is there a key to pay with?
create or replace function assay.require_key(teacher_id uuid)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if not exists (select from assay.api_keys k where k.teacher_id = require_key.teacher_id) then
        perform assay.refuse('api_key_missing');
    end if;
end
$$;

comment on function assay.require_key(uuid) is 'Raises 422 api_key_missing when the teacher has stored no API key.';
