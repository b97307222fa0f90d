-- Marks of a case by an AI, with the places of those quotes that stand where they are said to stand.
create or replace function assay.read_case_marks(case_id uuid, marks json)
    returns table (question_id uuid, score integer, reason text, evidence int4multirange, quotes_unfound smallint, error text)
    language sql stable
    set search_path = ''
begin atomic
    select q.id, m.score, m.reason, e.places, (coalesce(m.quotes_unfound, 0) + e.unfound)::smallint, m.error
      from json_to_recordset(read_case_marks.marks)
               as m (number smallint, score integer, reason text, quotes json, quotes_unfound smallint, error text)
      join assay.cases c on c.id = read_case_marks.case_id
      left join lateral (select x.id from assay.questions_of_cases(c.assignment_id) x where x.number = m.number) q on true
     cross join lateral (select assay.words_of_case(c, q.id) as words) w
     cross join lateral assay.places_of_quotes(w.words, m.quotes) e
     where (q.id is null) = (m.number is null);
end;

comment on function assay.read_case_marks(uuid, json) is
    'A JSON array of number (null: the whole), score or error, and reason, quotes (starts_at, ends_at, words) and quotes_unfound, as columns of assay.marks. Numbers of no question are left out; of a quote that stands in the words only the place is kept (assay.places_of_quotes).';
