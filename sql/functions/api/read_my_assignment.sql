-- One assignment of this student's classes.
create function api.read_my_assignment(token_digest bytea, assignment_id uuid)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, state text, score integer, job_id uuid,
                   takes text, reveal text, attempts smallint, submission json)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.students := assay.student(token_digest);
begin
    return query
    select a.id, a.title::text, a.max_score, a.deadline,
           assay.assignment_state(s.score, p.job_id is not null, a.deadline), s.score, p.job_id, a.takes, a.reveal, a.attempts,
           (select to_json(g) from api.graded_texts g where g.id = s.id)
      from assay.assignments a
      left join assay.submissions s on s.assignment_id = a.id and s.student_id = me.id
      left join assay.pending_submissions p on p.assignment_id = a.id and p.student_id = me.id
     where a.id = read_my_assignment.assignment_id
       and assay.is_visible(me.id, a.id);
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.read_my_assignment(bytea, uuid) is 'An assignment the calling student can see, with state, score, what it takes, when results are revealed, the submission as api.graded_texts shows it (null: none) and, when pending, its job; else 404 not_found.';
