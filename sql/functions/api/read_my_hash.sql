-- The password hash of whoever calls, before something is done that asks for the password again.
create function api.read_my_hash(token_digest bytea)
    returns table (account_id uuid, password_hash text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    mine assay.sessions := assay.caller(token_digest);
begin
    return query
    select coalesce(s.id, t.id), coalesce(s.password_hash, t.password_hash)
      from (values (1)) one
      left join assay.students s on s.id = mine.student_id
      left join assay.teachers t on t.id = mine.teacher_id;
end
$$;

comment on function api.read_my_hash(bytea) is
    'The account that calls and its Argon2id hash, for the API process to compare; 401 when nobody. Never sent to a client.';
