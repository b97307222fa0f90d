-- The keys of one teacher, found by their e-mail address.
create function operator.read_teacher_keys(email text)
    returns table (teacher_id uuid, provider text, sealed bytea)
    language sql stable security definer
    set search_path = ''
begin atomic
    select e.teacher_id, k.provider, k.sealed
      from assay.email_addresses e
      left join assay.api_keys k on k.teacher_id = e.teacher_id
     where e.address = casefold(read_teacher_keys.email collate pg_catalog.pg_unicode_fast)
       and e.teacher_id is not null
     order by k.provider;
end;

comment on function operator.read_teacher_keys(text) is
    'The sealed AI keys of the teacher with this e-mail address, those that a service refused among them; one row without a key when none is stored, no row when there is no such teacher.';
