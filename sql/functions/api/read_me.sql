-- Who am I?
create function api.read_me(token_digest bytea)
    returns table (id uuid, name text, email text, role text, total_gold_coins bigint)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    return query
    select coalesce(s.id, t.id), coalesce(s.name, t.name)::text, coalesce(s.email, t.email)::text,
           case when s.id is not null then 'student' else 'teacher' end, s.total_gold_coins
      from assay.sessions x
      left join assay.students s on s.id = x.student_id
      left join assay.teachers t on t.id = x.teacher_id
     where x.digest = read_me.token_digest
       and x.expires_at > now();
    if not found then
        perform assay.refuse_caller(read_me.token_digest);
    end if;
end
$$;

comment on function api.read_me(bytea) is 'The student or teacher who calls; total_gold_coins is null for a teacher. 401 when nobody.';
