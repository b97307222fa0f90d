-- The assignments of the classes this student is in, or of one of them; newest first, or by deadline.
create function api.list_my_assignments(
    token_digest bytea, after uuid, most integer, class_id uuid default null, wanted_state text default null, sort text default null,
    after_key bigint default null)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, state text, score integer, job_id uuid, takes text,
                   class json, teacher json)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me  assay.students := assay.student(token_digest);
    ids uuid[];
begin
    if list_my_assignments.sort is null then
        ids := array(select v.id
                       from assay.visible_assignments(me.id, list_my_assignments.after, list_my_assignments.most,
                                                      list_my_assignments.class_id, list_my_assignments.wanted_state) as v (id));
    else
        ids := array(select v.id
                       from assay.visible_by_deadline(me.id, list_my_assignments.sort = '-deadline', list_my_assignments.after,
                                                      list_my_assignments.after_key, list_my_assignments.most,
                                                      list_my_assignments.class_id, list_my_assignments.wanted_state) as v (id));
    end if;
    return query
    select a.id, a.title::text, a.max_score, a.deadline,
           assay.assignment_state(s.score, p.job_id is not null, a.deadline),
           case when s.released_at is not null then s.score end, p.job_id, a.takes,
           case when c.id is not null then json_build_object('id', c.id, 'name', c.name) end,
           json_build_object('id', t.id, 'name', t.name)
      from unnest(ids) with ordinality as n (id, number)
      join assay.assignments a  on a.id = n.id
      join assay.teachers t     on t.id = a.teacher_id
      left join assay.classes c on c.id = a.class_id
      left join assay.submissions s on s.assignment_id = a.id and s.student_id = me.id
      left join assay.pending_submissions p on p.assignment_id = a.id and p.student_id = me.id
     order by n.number;
end
$$;

comment on function api.list_my_assignments(bytea, uuid, integer, uuid, text, text, bigint) is
    'Assignments of the calling student''s classes, or for one of them, with their state (open, pending, graded, closed; only those in one state, if it is given), score, what they take, class and teacher (id, name; class null: all classes of the teacher) and, when pending, the job that grades them, after the given id, newest first; sorted by deadline or -deadline: after the given id and deadline (microseconds since 1970).';
