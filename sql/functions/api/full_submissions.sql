-- A submission as the teacher sees it, with its text.
-- needs: submissions
create view api.full_submissions as
select s.*,
       t.content
  from api.submissions s
  join assay.submissions t on t.id = s.id;

comment on view api.full_submissions is 'The shape of a submission in the HTTP API, for teachers, with its text.';
