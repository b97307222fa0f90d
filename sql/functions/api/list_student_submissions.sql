-- What one student handed in to this teacher, newest first.
create function api.list_student_submissions(token_digest bytea, student_id uuid, after uuid, most integer)
    returns setof api.submissions
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me      assay.teachers := assay.teacher(token_digest);
    student assay.students := assay.known_student(list_student_submissions.student_id);
begin
    return query
    select s.*
      from api.submissions s
     where s.id in (select x.id
                      from assay.submissions x
                      join assay.assignments a on a.id = x.assignment_id
                     where x.student_id = student.id
                       and a.teacher_id = me.id
                       and x.id < assay.page_start(list_student_submissions.after)
                     order by x.id desc
                     limit list_student_submissions.most)
     order by s.id desc;
end
$$;

comment on function api.list_student_submissions(bytea, uuid, uuid, integer) is
    'A student''s submissions to own assignments, after the given one, newest first; 404 not_found.';
