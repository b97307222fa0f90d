-- A sentence for a student, by their share of the points.
create or replace function assay.encourage(submission_id uuid, share numeric, language text, strongest text, weakest text)
    returns text
    language sql stable
begin atomic
    with fitting as (
        select e.number, e.sentence, e.with_questions,
               row_number() over (order by e.number) - 1 as position, count(*) over () as sentences
          from assay.encouragements e
         where e.band = case when encourage.share < 0.4 then 1 when encourage.share < 0.7 then 2 when encourage.share < 0.9 then 3 else 4 end
           and e.language = case when exists (select from assay.encouragements o where o.language = encourage.language and o.band = e.band)
                                 then encourage.language else 'en' end
    )
    -- Null as soon as a question that it names has no name.
    select coalesce(case when f.with_questions !~ '\{weakest\}' then replace(f.with_questions, '{strongest}', encourage.strongest)
                         when f.with_questions !~ '\{strongest\}' then replace(f.with_questions, '{weakest}', encourage.weakest)
                         when encourage.strongest <> encourage.weakest
                         then replace(replace(f.with_questions, '{strongest}', encourage.strongest), '{weakest}', encourage.weakest) end,
                    f.sentence)
      from fitting f
     -- By hash, so that neighbours in a class, whose ids are alike, are not all told the same.
     where f.position = mod(('x' || left(md5(encourage.submission_id::text), 8))::bit(32)::bigint, f.sentences);
end;

comment on function assay.encourage(uuid, numeric, text, text, text) is
    'A sentence of assay.encouragements for a share of the points from 0 to 1, in that language or else in English, with the names of the question that went best and of the one with most to gain where both are known. Which of several follows from the submission''s id. Never null, without a digit where the names are without one.';
