-- Marks of an AI, with the places of those quotes that stand where they are said to stand.
create or replace function assay.read_marks(submission_ids uuid[], marks json[])
    returns table (submission_id uuid, student_id uuid, question_id uuid, score integer, reason text, evidence int4multirange, quotes_unfound smallint)
    language sql stable
    set search_path = ''
    set enable_seqscan = off
begin atomic
    with work as materialized (  -- each text is read once, not again for each quote
        select s.id, s.student_id, s.assignment_id, s.content || '' as content, one.marks
          from unnest(read_marks.submission_ids, read_marks.marks) as one (submission_id, marks)
          join assay.submissions s on s.id = one.submission_id
    )
    select s.id, s.student_id, q.id, m.score, m.reason, e.places, m.quotes_unfound + e.unfound
      from work s
     cross join lateral json_to_recordset(s.marks) as m (number smallint, score integer, reason text, quotes json, quotes_unfound smallint)
      join assay.questions q on q.assignment_id = s.assignment_id and q.number = m.number
      left join lateral (select i.texts from assay.answers i
                          where q.kind <> 'criterion' and i.student_id = s.student_id and i.question_id = q.id
                          order by i.attempt desc limit 1) x on true
     cross join lateral (
           select range_agg(int4range(w.starts_at, w.ends_at)) filter (where w.stands_there) as places,
                  (count(*) filter (where not w.stands_there))::smallint as unfound
             from (select p.starts_at, p.ends_at,
                          assay.reads_as(substring(case q.kind when 'criterion' then s.content else x.texts[1] end
                                                   from p.starts_at + 1 for p.ends_at - p.starts_at), p.words) is true as stands_there
                     from json_to_recordset(m.quotes) as p (starts_at integer, ends_at integer, words text)
                   offset 0) w) e  -- compared once, and not for each aggregate
     order by s.id, q.number;
end;

comment on function assay.read_marks(uuid[], json[]) is
    'The marks of submissions, each a JSON array of number, score, reason, quotes (starts_at, ends_at, words) and quotes_unfound, as columns of assay.answers. A quote counts where the stretch of the student''s words reads as it does (assay.reads_as); of it only the place is kept.';
