-- The teacher who calls, by the digest of the token.
create or replace function assay.teacher(token_digest bytea)
    returns assay.teachers
    language plpgsql stable
    set search_path = ''
as $$
declare
    me assay.teachers;
begin
    select t.* into me
      from assay.sessions x
      join assay.teachers t on t.id = x.teacher_id
     where x.digest = teacher.token_digest
       and x.expires_at > now();
    if not found then
        perform assay.refuse_caller(teacher.token_digest);
    end if;
    return me;
end
$$;

comment on function assay.teacher(bytea) is
    'The teacher whose session has this digest; else 401 missing_token or invalid_token, or 403 wrong_role for a student''s.';
