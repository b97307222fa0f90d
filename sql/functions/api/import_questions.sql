-- A teacher adds the questions of a file, all or none.
create function api.import_questions(token_digest bytea, assignment_id uuid, questions api.sent_question[], lines integer[])
    returns setof api.questions
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me     assay.teachers    := assay.teacher(token_digest);
    one    assay.assignments := assay.own_assignment(me.id, import_questions.assignment_id);
    before integer;
    state  text;
    rule   text;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_quiz(one.id);
    perform assay.require_unlocked(one.id);
    select count(*) into before from assay.questions q where q.assignment_id = one.id;
    for n in 1 .. coalesce(cardinality(questions), 0) loop
        begin
            perform assay.add_questions(one.id, questions[n:n]);
            set constraints all immediate;  -- the rules that wait for the end judge this one now
            set constraints all deferred;
        exception when others then
            get stacked diagnostics rule = constraint_name, state = returned_sqlstate;
            if state !~ '^(PT422|23)' then
                raise;
            end if;
            perform assay.refuse('gift_unreadable', jsonb_build_object('line', lines[n], 'rule', rule, 'problem',
                (select e.sentence from assay.error_codes e where e.code = rule)));
        end;
    end loop;
    return query select q.* from api.questions q where q.assignment_id = one.id and q.number > before order by q.number;
end
$$;

comment on function api.import_questions(bytea, uuid, api.sent_question[], integer[]) is
    'Adds approved questions behind those of an own quiz, all or none; lines says where in the file each begins. 404 not_found, 409 assignment_locked, template_follows_rubric, 422 gift_unreadable with the line and the rule that refuses.';
