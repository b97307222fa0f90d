-- The student who calls, by the digest of the token.
create or replace function assay.student(token_digest bytea)
    returns assay.students
    language plpgsql stable
    set search_path = ''
as $$
declare
    me assay.students;
begin
    select s.* into me
      from assay.sessions x
      join assay.students s on s.id = x.student_id
     where x.digest = student.token_digest
       and x.expires_at > now();
    if not found then
        perform assay.refuse_caller(student.token_digest);
    end if;
    return me;
end
$$;

comment on function assay.student(bytea) is
    'The student whose session has this digest; else 401 missing_token or invalid_token, or 403 wrong_role for a teacher''s.';
