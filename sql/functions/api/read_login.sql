-- The password hash to compare with, before there is a session.
create function api.read_login(email text)
    returns table (account_id uuid, password_hash text)
    language sql stable security definer
    set search_path = ''
begin atomic
    select coalesce(s.id, t.id), coalesce(s.password_hash, t.password_hash)
      from assay.email_addresses e
      left join assay.students s on s.id = e.student_id
      left join assay.teachers t on t.id = e.teacher_id
     where e.address = assay.fold_address(read_login.email)
       and coalesce(s.password_hash, t.password_hash) is not null;
end;

comment on function api.read_login(text) is
    'The account and its Argon2id hash, for the API process to compare; nothing when the address is unknown or has no password yet. Never sent to a client.';
