-- Where each student stands with an assignment of this teacher; newest registration first, or by name.
create function api.list_assignment_students(
    token_digest bytea, assignment_id uuid, wanted_state text, after uuid, most integer, sort text default null,
    after_name text default null)
    returns table (id uuid, student json, state text, answered bigint, score integer, submitted_at timestamptz,
                   released_at timestamptz, hidden text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me   assay.teachers    := assay.teacher(token_digest);
    one  assay.assignments := assay.own_assignment(me.id, list_assignment_students.assignment_id);
    page uuid[];
begin
    if list_assignment_students.sort is null then
        page := array(
            select s.student_id
              from reporting.student_states s
             where s.assignment_id = one.id
               and (list_assignment_students.wanted_state is null or s.state = list_assignment_students.wanted_state)
               and s.student_id < assay.page_start(list_assignment_students.after)
             order by s.student_id desc
             limit list_assignment_students.most);
    else
        page := array(
            select s.student_id
              from reporting.student_states s
              join assay.students p on p.id = s.student_id
             where s.assignment_id = one.id
               and (list_assignment_students.wanted_state is null or s.state = list_assignment_students.wanted_state)
               and (list_assignment_students.after is null
                    or (assay.name_key(p.name), p.id) > (assay.name_key(list_assignment_students.after_name), list_assignment_students.after))
             order by assay.name_key(p.name), p.id
             limit list_assignment_students.most);
    end if;
    return query
    select s.student_id, json_build_object('id', p.id, 'name', p.name, 'email', p.email), s.state, s.answered,
           case when not h.hidden then s.score end, s.submitted_at, s.released_at,
           case when h.hidden then 'until_marked' end
      from reporting.student_states s
      join assay.students p on p.id = s.student_id
      left join assay.submissions x on x.assignment_id = s.assignment_id and x.student_id = s.student_id
     cross join lateral (select exists (select from assay.hidden_submissions v where v.submission_id = x.id) as hidden offset 0) h
     where s.assignment_id = one.id
       and s.student_id = any (page)
     order by array_position(page, s.student_id);
end
$$;

comment on function api.list_assignment_students(bytea, uuid, text, uuid, integer, text, text) is
    'The students of the classes that an own assignment is for, with state (open, started, pending, graded, closed), how many questions they answered, score (null: none, or hidden), time and since when the student may know, after the given student, newest registration first; sorted by name: after the given student and name; 404 not_found.';
