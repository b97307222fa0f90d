-- Which account is this? Asked before what was sent is read, and to count how often a person asks.
create function api.read_caller(token_digest bytea, audience text)
    returns uuid
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    account uuid;
begin
    if read_caller.audience = 'student' then
        account := (assay.student(read_caller.token_digest)).id;
    elsif read_caller.audience = 'teacher' then
        account := (assay.teacher(read_caller.token_digest)).id;
    else
        select coalesce(x.student_id, x.teacher_id) into account
          from assay.sessions x
         where x.digest = read_caller.token_digest
           and x.expires_at > now();
        if not found then
            perform assay.refuse_caller(read_caller.token_digest);
        end if;
    end if;
    return account;
end
$$;

comment on function api.read_caller(bytea, text) is
    'The id of the account that calls, which must be a student''s or a teacher''s where the audience says so; else 401 missing_token or invalid_token, or 403 wrong_role.';
