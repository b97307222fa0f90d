-- Marks of an AI, with the places of those quotes that stand where they are said to stand.
create or replace function assay.read_marks(submission_ids uuid[], marks json[])
    returns table (submission_id uuid, question_id uuid, score integer, reason text, evidence int4multirange, quotes_unfound smallint)
    language sql stable
    set search_path = ''
    set enable_seqscan = off
begin atomic
    with work as materialized (  -- each text is read once, not again for each quote
        select s.id, s.student_id, s.assignment_id, s.content || '' as content, one.marks
          from unnest(read_marks.submission_ids, read_marks.marks) as one (submission_id, marks)
          join assay.submissions s on s.id = one.submission_id
    )
    select s.id, q.id, m.score, m.reason, e.places, m.quotes_unfound + e.unfound
      from work s
     cross join lateral json_to_recordset(s.marks) as m (number smallint, score integer, reason text, quotes json, quotes_unfound smallint)
      join assay.questions q on q.assignment_id = s.assignment_id and q.number = m.number
      left join assay.answers x on q.kind <> 'criterion' and x.submission_id = s.id and x.question_id = q.id
     cross join lateral assay.places_of_quotes(case q.kind when 'criterion' then s.content else x.texts[1] end, m.quotes) e;
end;

comment on function assay.read_marks(uuid[], json[]) is
    'The marks of submissions, each a JSON array of number, score, reason, quotes (starts_at, ends_at, words) and quotes_unfound, as columns of assay.answers. Of a quote that stands in the student''s words only the place is kept (assay.places_of_quotes).';
