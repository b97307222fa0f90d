-- A person marks every question.
create or replace function assay.marks_missing()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    try_id uuid;
begin
    if tg_table_name = 'tries' then
        try_id := new.id;
    elsif tg_op = 'DELETE' then
        try_id := old.try_id;
    else
        try_id := new.try_id;
    end if;
    -- What was marked by another rubric is compared with nothing of today's.
    perform
       from assay.tries t
       join assay.cases c on c.id = t.case_id
      where t.id = try_id
        and t.teacher_id is not null
        and t.rubric_digest = assay.rubric_digest(c.assignment_id)
        and (exists (select from assay.questions_of_cases(c.assignment_id) q
                      where not exists (select from assay.marks m where m.try_id = t.id and m.question_id = q.id and m.score is not null))
             or not exists (select from assay.marks m where m.try_id = t.id and m.score is not null));
    if found then
        perform assay.refuse('marks_missing');
    end if;
    return null;
end
$$;

comment on function assay.marks_missing() is
    'At commit a person''s try of today''s rubric has a score for every criterion and open question, or for the whole where there are none (marks_missing).';

drop trigger if exists marks_missing on assay.tries;
create constraint trigger marks_missing
    after insert or update of teacher_id, rubric_digest on assay.tries
    deferrable initially deferred
    for each row when (new.teacher_id is not null)
    execute function assay.marks_missing();

drop trigger if exists marks_missing on assay.marks;
create constraint trigger marks_missing
    after update or delete on assay.marks
    deferrable initially deferred
    for each row execute function assay.marks_missing();
