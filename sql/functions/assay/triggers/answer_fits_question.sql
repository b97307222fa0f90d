-- An answer has the form that its question asks for.
create or replace function assay.answer_fits_question()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    kind     text;
    keys     smallint[];  -- that may be picked
    gaps     integer;
    chosen   integer;     -- how many of its keys are picked
    problem  text;
    given    integer := coalesce(cardinality(new.picked), 0);
    indented integer := coalesce(cardinality(new.indents), 0);
    written  integer := coalesce(cardinality(new.texts), 0);
begin
    -- A teacher who changes the question just now has changed it, or waits and takes this answer away.
    perform from assay.questions q where q.id = new.question_id for key share;
    select q.kind, array_agg(o.key) filter (where q.kind <> 'matching' or o.text is not null), count(distinct o.place),
           count(o.key) filter (where o.key = any (new.picked))
      into kind, keys, gaps, chosen
      from assay.questions q
      left join assay.options o on o.question_id = q.id
     where q.id = new.question_id
     group by q.id;

    if given > 0 and kind not in ('choice', 'choices', 'matching', 'ordering') then
        problem := 'nothing_to_pick';
    elsif written > 0 and kind not in ('matching', 'gaps', 'short', 'number', 'open') then
        problem := 'no_words';
    elsif indented > 0 and (kind <> 'ordering' or indented <> given) then
        problem := 'indents';
    elsif 0 > any (new.indents) or 100 < any (new.indents) or array_position(new.indents, null) is not null then
        problem := 'indents';
    elsif kind = 'choice' and given > 1 then
        problem := 'one_key';
    elsif not (coalesce(new.picked, '{}') <@ coalesce(keys, '{}')) or array_position(new.picked, null) is not null then
        problem := 'unknown_key';
    elsif given > chosen then
        problem := 'key_twice';
    elsif kind = 'matching' and written <> given then
        problem := 'a_right_for_each_left';
    elsif kind = 'gaps' and written not in (0, gaps) then
        problem := 'a_text_for_each_gap';
    elsif kind in ('short', 'number', 'open') and written > 1 then
        problem := 'one_text';
    elsif coalesce(octet_length(array_to_string(new.texts, '')), 0) > 20000 then
        problem := 'too_long';
    elsif kind = 'matching' then
        select 'right_not_offered' into problem
          from unnest(new.texts) as t (words)
         where assay.can_be_seen(t.words)
           and not exists (select from assay.options o
                            where o.question_id = new.question_id and assay.plain(o.pair) = assay.plain(t.words))
         limit 1;
    end if;
    if problem is not null then
        -- What is wrong with what was sent, and nothing about what would be right.
        perform assay.refuse('answer_fits_question', jsonb_build_object('kind', kind, 'problem', problem)
                || case when kind = 'gaps' then jsonb_build_object('gaps', gaps) else '{}' end);
    end if;
    if array_to_string(new.texts, '') ~ '[^[:space:]]' and not assay.can_be_seen(array_to_string(new.texts, '')) then
        new.texts := array_fill(''::text, array[written]);
    end if;
    return new;
end
$$;

comment on function assay.answer_fits_question() is
    'An answer picks keys that its question has, each once, and has as many texts as its kind asks for, of at most 20,000 bytes in all (answer_fits_question; details: kind, problem, and of gaps their number). Nothing at all, or nothing that could be seen, is a blank answer, and is kept as one.';

create or replace trigger answer_fits_question
    before insert on assay.answers
    for each row when (num_nonnulls(new.picked, new.indents, new.texts) > 0)
    execute function assay.answer_fits_question();

-- After answer_is_final in the alphabet: what is final is refused as such, whatever it should become.
create or replace trigger answer_still_fits_question
    before update of question_id, picked, indents, texts on assay.answers
    for each row execute function assay.answer_fits_question();
