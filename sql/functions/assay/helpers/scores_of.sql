-- The scores of one student, newest first, each with the total beside it.
create or replace function assay.scores_of(student_id uuid, teacher_id uuid, total bigint, after uuid, most integer)
    returns table (total_gold_coins bigint, submission_id uuid, assignment_id uuid, title text, score integer,
                   max_score integer, feedback text, graded_at timestamptz)
    language sql stable
begin atomic
    select scores_of.total, s.id, s.assignment_id, s.title, s.score, s.max_score, s.feedback, s.graded_at
      from (values (1)) one
      left join lateral (
            select x.id, x.assignment_id, a.title, x.score, a.max_score, x.feedback, x.graded_at
              from assay.submissions x
              join assay.assignments a on a.id = x.assignment_id
             where x.student_id = scores_of.student_id
               and x.released_at is not null
               and (scores_of.teacher_id is null or a.teacher_id = scores_of.teacher_id)
               and x.id < assay.page_start(scores_of.after)
             order by x.id desc
             limit scores_of.most) s on true
     order by s.id desc;
end;

comment on function assay.scores_of(uuid, uuid, bigint, uuid, integer) is
    'A student''s total and scores (of one teacher''s assignments, or of all), after the given submission, newest first; one row with nulls when there are none.';
