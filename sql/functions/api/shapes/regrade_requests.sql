-- A request to look at a mark again, as the teacher sees it.
create view api.regrade_requests as
select r.id,
       r.assignment_id,
       r.assignment_title,
       r.submission_id,
       json_build_object('id', r.student_id, 'name', r.student_name, 'email', r.student_email) as student,
       r.question_number as number,
       r.student_text as text,
       r.state,
       r.answer,
       case when not h.hidden then r.score_before end as score_before,
       case when not h.hidden then r.score_after end as score_after,
       r.max_score,
       case when r.decided_by is not null then json_build_object('id', r.decided_by, 'name', r.decided_by_name) end as decided_by,
       r.created_at,
       r.decided_at,
       case when h.hidden then 'until_marked' end as hidden
  from reporting.regrade_requests r
  -- Asked once, and not for each column.
 cross join lateral (select exists (select from assay.hidden_submissions v where v.submission_id = r.submission_id) as hidden offset 0) h;

comment on view api.regrade_requests is 'The shape of a regrade request in the HTTP API, for teachers.';
comment on column api.regrade_requests.number     is 'The number of the question or criterion; null: the total.';
comment on column api.regrade_requests.text       is 'Why, in the student''s words.';
comment on column api.regrade_requests.max_score  is 'The most that what is disputed could earn.';
comment on column api.regrade_requests.score_before is 'What it had when it was disputed; null: hidden from its teacher until they have marked the case (assay.is_hidden).';
comment on column api.regrade_requests.score_after  is 'What it has since the decision; null: not accepted, or hidden.';
comment on column api.regrade_requests.hidden     is 'until_marked: the submission is a case that was drawn, and its scores are kept back until its teacher has marked it; null: nothing is.';
comment on column api.regrade_requests.student    is 'Id, name and email of who asked.';
comment on column api.regrade_requests.decided_by is 'Id and name of the teacher who decided; null: nobody yet, the student who withdrew it, or somebody by hand.';
