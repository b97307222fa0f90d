-- Lines in order: the longest run counts, distractors count against it.
create or replace function assay.mark_ordering(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language plpgsql stable
    set search_path = ''
as $$
declare
    keys        smallint[];
    places      smallint[];
    levels      smallint[];
    lines       integer;
    key         smallint;
    line        integer;
    given       integer    := 0;
    in_run      smallint[] := '{}';  -- places of the lines that are indented as they should be, as the student put them
    distractors integer    := 0;
begin
    select array_agg(o.key), array_agg(o.place), array_agg(o.indent), count(o.place)
      into keys, places, levels, lines
      from assay.options o
     where o.question_id = question.id;
    foreach key in array coalesce(picked, '{}') loop
        given := given + 1;
        line  := array_position(keys, key);
        if places[line] is null then
            distractors := distractors + (line is not null)::integer;
        elsif coalesce(levels[line] = coalesce(indents[given], 0), true) then
            in_run := in_run || places[line];
        end if;
    end loop;
    return assay.share(question, assay.longest_run(in_run) - distractors, lines, distractors = 0);
end
$$;

comment on function assay.mark_ordering(assay.questions, smallint[], smallint[], text[]) is
    'The longest run in order (lines with a wrong indent left out) less the distractors that were placed, of all lines that have a place.';
