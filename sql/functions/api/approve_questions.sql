-- A teacher lets drafts count, each that keeps the rules.
create function api.approve_questions(token_digest bytea, assignment_id uuid, numbers integer[])
    returns table (number smallint, reason text)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me    assay.teachers    := assay.teacher(token_digest);
    one   assay.assignments := assay.own_assignment(me.id, approve_questions.assignment_id);
    draft record;
    state text;
    rule  text;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_unlocked(one.id);
    if exists (select from unnest(numbers) as n (number)
                where not exists (select from assay.questions q where q.assignment_id = one.id and q.number = n.number))
    then
        perform assay.refuse('not_found');
    end if;
    for draft in
        select q.id, q.number
          from assay.questions q
         where q.assignment_id = one.id
           and q.approved_at is null
           and (numbers is null or q.number = any (numbers))
         order by q.number
    loop
        rule := null;
        begin
            update assay.questions q set approved_at = now() where q.id = draft.id;
            set constraints all immediate;  -- the rules that wait for the end judge this one now
            set constraints all deferred;
        exception when others then
            get stacked diagnostics rule = constraint_name, state = returned_sqlstate;
            if state !~ '^(PT4|23)' then
                raise;
            end if;
        end;
        return query select draft.number, rule;
    end loop;
end
$$;

comment on function api.approve_questions(bytea, uuid, integer[]) is
    'Approves drafts of an own assignment (null: all), each by itself: number, and the rule that refuses it, which stays a draft (null: approved). 404 not_found, also for a number that there is not: then none is approved; 409 assignment_locked.';
