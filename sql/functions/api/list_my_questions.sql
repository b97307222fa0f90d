-- The questions of an assignment, as its student sees them.
create function api.list_my_questions(token_digest bytea, assignment_id uuid)
    returns table (number smallint, kind text, title text, prompt text, max_score integer, option_keys smallint[], option_texts text[],
                   rights text[], gaps integer, picked smallint[], indents smallint[], texts text[], attempts_left integer,
                   is_shown boolean, score integer, is_right boolean, reason text, feedback_keys smallint[], feedback text[],
                   guide text, solution_picked smallint[], solution_indents smallint[], solution_texts text[], explanation text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me         assay.students := assay.student(token_digest);
    assignment assay.assignments;
    submission uuid;
    revealed   boolean;
begin
    select a.* into assignment
      from assay.assignments a
     where a.id = list_my_questions.assignment_id
       and assay.is_visible(me.id, a.id);
    if not found then
        perform assay.refuse('not_found');
    end if;
    select s.id into submission from assay.submissions s where s.student_id = me.id and s.assignment_id = assignment.id;
    revealed := assay.is_revealed(assignment.id, submission);
    return query
    select q.number, q.kind, q.title, q.prompt, q.max_score,
           coalesce(o.keys, '{}'), coalesce(o.texts, '{}'),
           case when o.pairs is null then '{}'
                else array(select p.words from (select distinct u.words from unnest(o.pairs) as u (words)) p order by md5(concat(me.id, q.id, p.words)))
                end,
           o.gaps,
           x.picked, x.indents, x.texts, l.attempts_left,
           (m.it).id is not null, r.*
      from assay.questions q
      join assay.attempts_in(me.id, assignment.id) l on l.question_id = q.id
      -- In an order of the student's own, by hash.
     cross join lateral (
           select array_agg(p.key order by p.place) filter (where p.is_shown) as keys,
                  array_agg(p.text order by p.place) filter (where p.is_shown) as texts,
                  array_agg(p.pair) filter (where q.kind = 'matching') as pairs,
                  max(p.gap)::integer as gaps  -- they are numbered from 1 on
             from (select i.key, i.text, i.pair, case when q.kind = 'gaps' then i.place end as gap, md5(concat(me.id, q.id, i.key)) as place,
                          q.kind in ('choice', 'choices', 'matching', 'ordering') and i.text is not null as is_shown
                     from assay.options i
                    where i.question_id = q.id) p) o
      left join lateral (select i.* from assay.answers i
                          where i.student_id = me.id and i.question_id = q.id
                          order by (i.submission_id is not null) desc, i.attempt desc limit 1) x on true
      left join lateral (select i as it from assay.answers i
                          where (revealed or assignment.reveal = 'at_once')
                            and i.student_id = me.id and i.question_id = q.id and i.score is not null
                            -- A check shows its result until the hand-in; from then on only the reveal does, so nothing of what is held.
                            and case when submission is not null then revealed and i.submission_id is not null
                                     else assignment.reveal = 'at_once' and i.checked_at is not null end
                          order by (i.submission_id is not null) desc, i.attempt desc limit 1) m on true
      -- offset: the result is made for an answer that is shown, and for no other.
      left join lateral (select n.*
                           from (select m.it where (m.it).id is not null offset 0) shown
                          cross join lateral assay.result_of(q, shown.it, revealed or l.attempts_left = 0) n) r on true
     where q.assignment_id = assignment.id
       and q.approved_at is not null
       and q.kind <> 'criterion'
     order by q.number;
end
$$;

comment on function api.list_my_questions(bytea, uuid) is
    'The approved questions of an assignment that the calling student can see, options and rights in an order of their own, with what they saved, and the result (is_shown): before the hand-in of the last attempt that was checked, after it once it is revealed; nothing else of the key. 404 not_found.';
