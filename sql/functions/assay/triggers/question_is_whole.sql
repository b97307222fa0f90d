-- An approved question can be answered, and its own key earns its maximum.
create or replace function assay.question_is_whole()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    question assay.questions;
    own      record;
    alike    boolean;
begin
    if tg_table_name = 'questions' then
        select q.* into question from assay.questions q where q.id = new.id and q.approved_at is not null;
    else
        select q.* into question
          from assay.questions q
         where q.id = case tg_op when 'DELETE' then old.question_id else new.question_id end
           and q.approved_at is not null;
    end if;
    if question.id is null then
        return null;
    end if;

    select count(*) as in_all,
           count(*) filter (where o.place = 1) as rights,
           count(*) filter (where o.place is not null) as placed,
           count(*) filter (where o.text is not null) as lefts,
           count(*) filter (where assay.can_be_seen(o.text)) as readable,
           count(*) filter (where assay.can_be_seen(o.pair)) as pairs,
           count(*) filter (where assay.read_number(o.text) is not null) as numbers,
           count(distinct o.score) as scores, min(o.score) as lowest, max(o.score) as highest,
           array_agg(distinct o.place order by o.place) as places
      into own
      from assay.options o
     where o.question_id = question.id;

    if own.in_all > (case when question.kind in ('ordering', 'gaps') then 40 else 20 end) then
        perform assay.refuse('options_at_most');
    end if;
    case question.kind
    when 'choice' then
        if own.rights <> 1 or own.in_all < 2 then
            perform assay.refuse('one_right_option');
        end if;
    when 'choices' then
        if own.rights = 0 or own.rights = own.in_all then
            perform assay.refuse('some_right_option');
        end if;
    when 'matching' then
        if own.lefts < 2 or own.readable <> own.lefts or own.pairs <> own.in_all then
            perform assay.refuse('pairs_missing');
        end if;
    when 'ordering' then
        if own.placed < 2 then
            perform assay.refuse('lines_missing');
        end if;
    when 'gaps' then
        if own.in_all = 0
           or own.places::text[] is distinct from (select array_agg(g.gap order by length(g.gap), g.gap)
                                                     from (select distinct m.gap[1]
                                                             from regexp_matches(question.prompt, '[{][{]([0-9]+)[}][}]', 'g') as m (gap)) g (gap))
           or own.places is distinct from (select array_agg(n::smallint) from generate_series(1, cardinality(own.places)) n)
        then
            perform assay.refuse('gaps_do_not_match');
        end if;
    when 'short', 'number' then
        if own.in_all = 0 then
            perform assay.refuse('accepted_missing');
        elsif question.kind = 'number' and own.numbers <> own.in_all then
            perform assay.refuse('number_unreadable');
        end if;
    else  -- open questions and criteria may have levels
        if own.in_all > 0
           and (own.in_all < 2 or own.scores <> own.in_all or own.lowest <> 0 or own.highest <> question.max_score)
        then
            perform assay.refuse('levels_end_at_maximum');
        end if;
        if own.readable <> own.in_all then
            perform assay.refuse('option_says_nothing');
        end if;
        return null;
    end case;
    if question.kind <> 'matching' and own.readable <> own.in_all then
        perform assay.refuse('option_says_nothing');
    end if;

    if question.kind <> 'ordering' then
        select count(*) > count(distinct (case question.kind when 'gaps' then o.place end,
                                          case question.kind when 'number' then trim_scale(assay.read_number(o.text))::text else assay.plain(o.text) end,
                                          case question.kind when 'number' then coalesce(o.tolerance, 0) end))
          into alike
          from assay.options o
         where o.question_id = question.id
           and o.text is not null;
        if alike then
            perform assay.refuse('options_alike');
        end if;
    end if;

    if (select assay.mark(question, k.picked, k.indents, k.texts) from assay.key_of(question) k) is distinct from question.max_score then
        perform assay.refuse('key_does_not_score');
    end if;
    return null;
end
$$;

comment on function assay.question_is_whole() is
    'At commit an approved question has what its kind needs, and its own key, put through assay.mark, earns its maximum: one_right_option, some_right_option, pairs_missing, lines_missing, accepted_missing, gaps_do_not_match, levels_end_at_maximum, number_unreadable, option_says_nothing, options_alike, options_at_most, key_does_not_score. Drafts may be half-finished.';

drop trigger if exists question_is_whole on assay.questions;
create constraint trigger question_is_whole
    after insert or update of kind, prompt, max_score, partial, approved_at on assay.questions
    deferrable initially deferred
    for each row when (new.approved_at is not null)
    execute function assay.question_is_whole();

drop trigger if exists question_is_whole on assay.options;
create constraint trigger question_is_whole
    after insert or update or delete on assay.options
    deferrable initially deferred
    for each row execute function assay.question_is_whole();
