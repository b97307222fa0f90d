-- These students as this teacher may see them, in this order.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create or replace function assay.students_seen_by(teacher_id uuid, student_ids uuid[])
    returns table (id uuid, name text, email text, total_gold_coins bigint, hidden text, class_ids uuid[], created_at timestamptz)
    language sql stable
    set enable_seqscan = off
begin atomic
    with hidden as materialized (  -- once, however many students there are
        select h.student_id, sum(h.coins) as coins
          from assay.hidden_submissions h
         where h.teacher_id = students_seen_by.teacher_id
           and h.coins is not null
         group by h.student_id
    )
    select s.id, s.name, s.email, s.total_gold_coins - coalesce(h.coins, 0), case when h.student_id is not null then 'until_marked' end,
           array(select e.class_id from assay.enrolments e where e.student_id = s.id order by e.class_id), s.created_at
      from unnest(students_seen_by.student_ids) with ordinality as w (id, place)
      join assay.students s on s.id = w.id
      left join hidden h on h.student_id = s.id
     order by w.place;
end;

comment on function assay.students_seen_by(uuid, uuid[]) is
    'Students with the classes they are in and their total of all teachers'' assignments: without the scores that are hidden from this teacher (assay.hidden_submissions), and then hidden is until_marked; in the order of the ids.';
