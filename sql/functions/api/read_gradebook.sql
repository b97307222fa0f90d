-- A class: its students, its assignments, and who got what, as a whole and by which criterion.
-- enable_seqscan: a plan made for a small school is kept by the session, and must not read all students of a large one.
create function api.read_gradebook(token_digest bytea, class_id uuid, with_criteria boolean default false)
    returns table (id uuid, class_name text, student_id uuid, student_name text, student_email text, assignment_id uuid,
                   assignment_title text, max_score integer, deadline timestamptz, number smallint, criterion text, score integer, hidden boolean)
    language plpgsql stable security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me  assay.teachers := assay.teacher(token_digest);
    one assay.classes  := assay.own_class(me.id, read_gradebook.class_id);
begin
    return query
    with hidden as materialized (  -- once, however many cells there are
        select h.submission_id from assay.hidden_submissions h where h.teacher_id = me.id
    )
    select g.class_id, g.class_name::text, g.student_id, g.student_name::text, g.student_email::text, g.assignment_id,
           g.assignment_title::text, g.max_score, g.deadline, 0::smallint, null::text,
           case when h.submission_id is null then g.score end, h.submission_id is not null
      from reporting.gradebook g
      left join hidden h on h.submission_id = g.submission_id
     where g.class_id = one.id
     union all
    select g.class_id, g.class_name::text, g.student_id, g.student_name::text, g.student_email::text, g.assignment_id,
           g.assignment_title::text, q.max_score, g.deadline, q.number, q.title,
           case when h.submission_id is null then x.score end, h.submission_id is not null
      from reporting.gradebook g
      join assay.questions q on q.assignment_id = g.assignment_id and q.kind = 'criterion' and q.approved_at is not null
      left join assay.answers x on x.question_id = q.id and x.submission_id = g.submission_id
      left join hidden h on h.submission_id = g.submission_id
     where g.class_id = one.id
       and with_criteria
     order by 4, 3, 9, 6, 10;
end
$$;

comment on function api.read_gradebook(bytea, uuid, boolean) is
    'One row per student and assignment of an own class (id; number 0) and, with_criteria, per criterion of its rubric, by student''s name and deadline; score null and hidden true where assay.hidden_submissions says so; 404 not_found.';
