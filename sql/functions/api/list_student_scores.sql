-- What one student was paid for by this teacher, newest first.
create function api.list_student_scores(token_digest bytea, student_id uuid, after uuid, most integer)
    returns table (total_gold_coins bigint, submission_id uuid, assignment_id uuid, title text, score integer,
                   max_score integer, feedback text, graded_at timestamptz)
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me      assay.teachers := assay.teacher(token_digest);
    student assay.students := assay.known_student(list_student_scores.student_id);
begin
    return query
    select s.total_gold_coins, s.submission_id, s.assignment_id, s.title, case when not assay.is_hidden(s.submission_id) then s.score end,
           s.max_score, s.feedback, s.graded_at
      from assay.scores_of(student.id, me.id, student.total_gold_coins, list_student_scores.after, list_student_scores.most) s;
end
$$;

comment on function api.list_student_scores(bytea, uuid, uuid, integer) is
    'A student''s total, and their scores for own assignments, after the given submission, newest first (a hidden one as null: assay.is_hidden); one row with nulls when there are none. 404 not_found.';
