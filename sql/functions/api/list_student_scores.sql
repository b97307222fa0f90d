-- What one student was paid for by this teacher, newest first.
create function api.list_student_scores(token_digest bytea, student_id uuid, after uuid, most integer)
    returns table (total_gold_coins bigint, submission_id uuid, assignment_id uuid, title text, score integer,
                   max_score integer, feedback text, graded_at timestamptz, hidden text, total_hidden text)
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me      assay.teachers := assay.teacher(token_digest);
    student record;
begin
    select s.* into student from assay.students_seen_by(me.id, array[list_student_scores.student_id]) s;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return query
    select s.total_gold_coins, s.submission_id, s.assignment_id, s.title, case when not h.hidden then s.score end,
           s.max_score, s.feedback, s.graded_at, case when h.hidden then 'until_marked' end, student.hidden
      from assay.scores_of(student.id, me.id, student.total_gold_coins, list_student_scores.after, list_student_scores.most) s
     cross join lateral (select exists (select from assay.hidden_submissions v where v.submission_id = s.submission_id) as hidden offset 0) h;
end
$$;

comment on function api.list_student_scores(bytea, uuid, uuid, integer) is
    'A student''s total, and their scores for own assignments, after the given submission, newest first; a hidden score is null (assay.is_hidden) and not in the total (assay.students_seen_by); one row with nulls when there are none. 404 not_found.';
