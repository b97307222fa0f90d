-- The questions of all assignments of a teacher.
create function api.list_bank(token_digest bytea, kind text, search text, assignment_id uuid, after uuid, most integer)
    returns table (question api.questions, assignment_title text, answered bigint, facility numeric)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me      assay.teachers := assay.teacher(token_digest);
    theirs  uuid[];
    pattern text := '%' || replace(replace(replace(assay.nfc(list_bank.search), E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_') || '%';
begin
    if list_bank.assignment_id is not null then
        perform assay.own_assignment(me.id, list_bank.assignment_id);
    end if;
    theirs := array(select a.id from assay.assignments a
                     where a.teacher_id = me.id and a.deleted_at is null
                       and (list_bank.assignment_id is null or a.id = list_bank.assignment_id));
    return query
    -- Through their own questions, however many others there are: never along all, newest first, until a page is full.
    with own as materialized (
        select q.id, q.assignment_id, q.max_score
          from assay.questions q
         where q.assignment_id = any (theirs)
           and (list_bank.kind is null or q.kind = list_bank.kind)
           and (pattern is null or assay.nfc(q.prompt) ilike pattern or q.title ilike pattern)
           and q.id < assay.page_start(list_bank.after)
    )
    select shown, p.assignment_title, n.answered,
           -- A mean of all would tell what is hidden of one.
           case when not exists (select from assay.hidden_submissions h where h.assignment_id = p.assignment_id) then n.facility end
      from (select o.id, o.assignment_id, a.title::text as assignment_title, o.max_score
              from own o
              join assay.assignments a on a.id = o.assignment_id
             order by o.id desc
             limit list_bank.most) p
      join api.questions shown on shown.id = p.id
     cross join lateral (  -- by the index alone
           select count(*) as answered, round(avg(x.score) / p.max_score, 4) as facility
             from assay.answers x
            where x.question_id = p.id
              and x.submission_id is not null) n
     order by p.id desc;
end
$$;

comment on function api.list_bank(bytea, text, text, uuid, uuid, integer) is
    'Questions and criteria of a teacher''s own assignments, or of one (else 404 not_found), of one kind, or whose prompt or title contains the search text, after the given one, newest first; with how many answers were handed in and the mean score as a share of the maximum (null: none, or a submission to the assignment is hidden).';
