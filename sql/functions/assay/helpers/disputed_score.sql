-- The score that a regrade request is about, as it is now.
create or replace function assay.disputed_score(submission_id uuid, question_number smallint)
    returns integer
    language sql stable
begin atomic
    select case when disputed_score.question_number is null then s.score
                else (select coalesce(x.score, 0)
                        from assay.answers x
                        join assay.questions q on q.id = x.question_id
                       where x.submission_id = s.id
                         and q.number = disputed_score.question_number) end
      from assay.submissions s
     where s.id = disputed_score.submission_id;
end;

comment on function assay.disputed_score(uuid, smallint) is
    'The score of the question with this number in a submission, or without a number the total; null: there is none.';
