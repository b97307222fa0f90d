-- What was asked is never changed, and stays readable.
create or replace function assay.regrade_request_immutable()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'DELETE' and not exists (select from assay.submissions s
                                          join assay.students p on p.id = s.student_id
                                         where s.id = old.submission_id)
    then
        return old;
    end if;
    perform assay.refuse('regrade_request_immutable');
    return null;
end
$$;

comment on function assay.regrade_request_immutable() is
    'What a student asked, about what, and when never changes; a request goes only with its submission or its student, whoever tries (regrade_request_immutable).';

create or replace trigger regrade_request_immutable
    before update on assay.regrade_requests
    for each row when (
        (new.id, new.teacher_id, new.assignment_id, new.submission_id, new.question_number, new.student_text, new.score_before, new.created_at)
        is distinct from
        (old.id, old.teacher_id, old.assignment_id, old.submission_id, old.question_number, old.student_text, old.score_before, old.created_at))
    execute function assay.regrade_request_immutable();

create or replace trigger regrade_request_immutable_on_delete
    before delete on assay.regrade_requests
    for each row execute function assay.regrade_request_immutable();

create or replace trigger regrade_requests_no_truncate
    before truncate on assay.regrade_requests
    for each statement execute function assay.regrade_request_immutable();
