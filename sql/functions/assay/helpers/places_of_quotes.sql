-- The places of those quotes that stand in a student's words where they are said to stand.
create or replace function assay.places_of_quotes(words text, quotes json)
    returns table (places int4multirange, unfound smallint)
    language sql stable
begin atomic
    select range_agg(int4range(w.starts_at, w.ends_at)) filter (where w.stands_there),
           (count(*) filter (where not w.stands_there))::smallint
      from (select p.starts_at, p.ends_at,
                   -- Nearly always both are equal: a quote is looked for in the text before it is sent.
                   (p.words = substring(places_of_quotes.words from p.starts_at + 1 for p.ends_at - p.starts_at)
                    or assay.reads_as(substring(places_of_quotes.words from p.starts_at + 1 for p.ends_at - p.starts_at), p.words)) is true as stands_there
              from json_to_recordset(places_of_quotes.quotes) as p (starts_at integer, ends_at integer, words text)
            offset 0) w;  -- compared once, and not for each aggregate
end;

comment on function assay.places_of_quotes(text, json) is
    'Of quotes, a JSON array of starts_at, ends_at and words: the places of those whose stretch of the words reads as they do (assay.reads_as), null where there is none, and how many others there are.';
