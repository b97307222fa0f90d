-- The words that a mark of a case speaks of.
create or replace function assay.words_of_case(one assay.cases, question_id uuid)
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select case when q.kind = 'open' and s.id is not null
                then coalesce((select x.texts[1] from assay.answers x where x.submission_id = s.id and x.question_id = q.id), '')
                else coalesce((words_of_case.one).content, s.content) end
      from (values ((words_of_case.one).submission_id)) as c (submission_id)
      left join assay.submissions s on s.id = c.submission_id
      left join assay.questions q   on q.id = words_of_case.question_id;
end;

comment on function assay.words_of_case(assay.cases, uuid) is
    'The student''s answer to an open question of a submission; else the whole text: the submission''s, or the one that was brought. Null: the case is empty.';
