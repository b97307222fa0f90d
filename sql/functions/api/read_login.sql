-- The password hash to compare with, before there is a session.
create function api.read_login(email text)
    returns table (account_id uuid, password_hash text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    folded text := assay.fold_address(read_login.email);
begin
    return query
    select coalesce(s.id, t.id), coalesce(s.password_hash, t.password_hash)
      from assay.email_addresses e
      left join assay.students s on s.id = e.student_id
      left join assay.teachers t on t.id = e.teacher_id
     where e.address = folded
       and coalesce(s.password_hash, t.password_hash) is not null;
    if not found then
        return query
        select r.id, r.password_hash
          from assay.first_registration(folded) r
         where r.id is not null
           and not exists (select from assay.email_addresses e where e.address = folded);
    end if;
end
$$;

comment on function api.read_login(text) is
    'The account, or the oldest registration of an address without one, and its Argon2id hash, for the API process to compare; nothing when the address is unknown or has no password yet. Never sent to a client.';
