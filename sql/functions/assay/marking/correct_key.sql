-- A key that was wrong is put right after students have handed in.
create or replace function assay.correct_key(
    question_id uuid, texts text[] default null, pairs text[] default null, places smallint[] default null,
    indents smallint[] default null, tolerances numeric[] default null, scores integer[] default null)
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile
    set search_path = ''
as $$
declare
    question assay.questions;
    old_ones assay.options[];
    accepts  boolean;
    entries  integer;
begin
    select q.* into question from assay.questions q where q.id = correct_key.question_id for no key update;
    if not found then
        perform assay.refuse('not_found');
    end if;
    accepts := question.kind in ('short', 'number', 'gaps');
    old_ones := array(select o from assay.options o where o.question_id = question.id order by o.number);
    entries := case when accepts and texts is not null then cardinality(texts) else cardinality(old_ones) end;
    if question.kind in ('open', 'criterion')
       or exists (select from unnest(array[cardinality(texts), cardinality(pairs), cardinality(places), cardinality(indents),
                                           cardinality(tolerances), cardinality(scores)]) as given (n) where given.n <> entries)
       or not accepts and texts is distinct from coalesce(array(select o.text from unnest(old_ones) o), texts) and texts is not null
       or question.kind = 'gaps' and (texts is null) <> (places is null)
    then
        perform assay.refuse('key_only');
    end if;

    update assay.questions q set key_corrected_at = now() where q.id = question.id;  -- lets options_locked pass
    if accepts and texts is not null then  -- accepted answers may come and go
        delete from assay.options o where o.question_id = question.id;
        insert into assay.options (question_id, number, text, place, tolerance, score, feedback)
        select question.id, t.number, t.text, t.place, t.tolerance, t.score,
               (select o.feedback from unnest(old_ones) o where assay.plain(o.text) = assay.plain(t.text) limit 1)
          from rows from (unnest(texts), unnest(places), unnest(tolerances), unnest(scores))
                   with ordinality as t (text, place, tolerance, score, number);
    else
        update assay.options o
           set pair      = case when pairs is null then o.pair else t.pair end,
               place     = case when places is null then o.place else t.place end,
               indent    = case when indents is null then o.indent else t.indent end,
               tolerance = case when tolerances is null then o.tolerance else t.tolerance end,
               score     = case when scores is null then o.score else t.score end
          from rows from (unnest(old_ones), unnest(pairs), unnest(places), unnest(indents), unnest(tolerances), unnest(scores))
                   as t (question_id, number, key, old_text, old_pair, old_place, old_indent, old_tolerance, old_score, feedback,
                         pair, place, indent, tolerance, score)
         where o.question_id = question.id
           and o.number = t.number;
    end if;
    return query select r.* from assay.remark(array[question.id]) r;
end
$$;

comment on function assay.correct_key(uuid, text[], text[], smallint[], smallint[], numeric[], integer[]) is
    'Corrects what decides the score of a question, each list in the author''s order, null: as it is. texts are for accepted answers, which may come and go (gaps: with places); other kinds keep their options and their texts (409 key_only). Every answer that the database marked is marked anew; at commit the key must still earn the maximum. 404 not_found.';
