-- One registered student.
create function api.read_student(token_digest bytea, student_id uuid)
    returns table (id uuid, name text, email text, total_gold_coins bigint, hidden text, class_ids uuid[], created_at timestamptz)
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    return query select s.* from assay.students_seen_by(me.id, array[read_student.student_id]) s;
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.read_student(bytea, uuid) is 'A verified student, for a teacher (assay.students_seen_by); else 404 not_found.';
