-- Did a person decide all of a score?
create or replace function assay.is_score_of_person(submission assay.submissions)
    returns boolean
    language sql stable
    set search_path = ''
begin atomic
    select (is_score_of_person.submission).provider is null
           and ((is_score_of_person.submission).adjustment <> 0
                or n.in_all = 0
                or n.by_database < n.in_all and n.by_person in (0, n.in_all - n.by_database))
      from (select count(*) as in_all,
                   count(*) filter (where x.marked_by = 'database') as by_database,
                   count(*) filter (where x.marked_by = 'teacher') as by_person
              from assay.answers x
             where x.submission_id = (is_score_of_person.submission).id) n;
end;

comment on function assay.is_score_of_person(assay.submissions) is
    'True when a person set the total of a submission, or the score of each criterion or question that the database did not mark: then a regrade has nothing to say, unless it may replace what a person gave.';
