-- One assignment of this student's classes.
create function api.read_my_assignment(token_digest bytea, assignment_id uuid)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, state text, score integer, job_id uuid,
                   takes text, class json, teacher json, reveal text, attempts smallint, question_count integer, answered_count integer, submission json,
                   instructions text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.students := assay.student(token_digest);
begin
    return query
    select a.id, a.title::text, a.max_score, a.deadline,
           assay.assignment_state(s.score, p.job_id is not null, a.deadline),
           case when s.released_at is not null then s.score end, p.job_id, a.takes,
           case when c.id is not null then json_build_object('id', c.id, 'name', c.name) end, json_build_object('id', t.id, 'name', t.name),
           a.reveal, a.attempts,
           n.questions, n.answered, (select to_json(g) from api.graded_texts g where g.id = s.id), a.instructions::text
      from assay.assignments a
      join assay.teachers t     on t.id = a.teacher_id
      left join assay.classes c on c.id = a.class_id
      left join assay.submissions s on s.assignment_id = a.id and s.student_id = me.id
      left join assay.pending_submissions p on p.assignment_id = a.id and p.student_id = me.id
      -- Of a text's rubric nothing is told, not even how many criteria it has.
      left join lateral (
            select count(*)::integer as questions,
                   (count(*) filter (where exists (select from assay.answers x
                                                    where x.student_id = me.id
                                                      and x.question_id = q.id
                                                      and not assay.is_blank(x.picked, x.texts))))::integer as answered
              from assay.questions q
             where q.assignment_id = a.id
               and q.approved_at is not null) n on a.takes = 'answers'
     where a.id = read_my_assignment.assignment_id
       and assay.is_visible(me.id, a.id);
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.read_my_assignment(bytea, uuid) is 'An assignment the calling student can see, with its instructions, state, score, what it takes, class and teacher (id, name), when results are revealed, how many questions it has and how many of them have an answer that is not blank (of a text: null), the submission as api.graded_texts shows it (null: none) and, when pending, its job; else 404 not_found.';
