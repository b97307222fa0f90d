-- The assignments of the classes this student is in, or of one of them; newest first, or by deadline.
-- enable_seqscan: a plan made while the queue is empty is kept by the session, and must not read the whole queue later.
create function api.list_my_assignments(
    token_digest bytea, after uuid, most integer, class_id uuid default null, wanted_state text default null, sort text default null,
    after_key bigint default null)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, state text, score integer, job_id uuid, takes text,
                   class json, teacher json)
    language plpgsql stable security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me assay.students := assay.student(token_digest);
begin
    if list_my_assignments.sort is null then
        return query
        select a.id, a.title, a.max_score, a.deadline, n.state, n.score, n.job_id, a.takes, a.class, a.teacher
          from assay.visible_assignments(me.id, list_my_assignments.after, list_my_assignments.most,
                                         list_my_assignments.class_id, list_my_assignments.wanted_state) a
         cross join lateral assay.standing_of(me.id, a.id, a.deadline) n
         order by a.id desc;
    else
        return query
        select a.id, a.title, a.max_score, a.deadline, n.state, n.score, n.job_id, a.takes, a.class, a.teacher
          from assay.visible_by_deadline(me.id, list_my_assignments.sort = '-deadline', list_my_assignments.after,
                                         list_my_assignments.after_key, list_my_assignments.most,
                                         list_my_assignments.class_id, list_my_assignments.wanted_state) a
         cross join lateral assay.standing_of(me.id, a.id, a.deadline) n
         order by a.place, a.id;
    end if;
end
$$;

comment on function api.list_my_assignments(bytea, uuid, integer, uuid, text, text, bigint) is
    'Assignments of the calling student''s classes, or for one of them, with their state (open, pending, graded, closed; only those in one state, if it is given), score, what they take, class and teacher (id, name; class null: all classes of the teacher) and, when pending, the job that grades them, after the given id, newest first; sorted by deadline or -deadline: after the given id and deadline (microseconds since 1970).';
