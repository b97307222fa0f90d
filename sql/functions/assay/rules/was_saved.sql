-- Are these the answers that a student saved, and was that when they say?
create or replace function assay.was_saved(student_id uuid, assignment_id uuid, content text, at timestamptz)
    returns boolean
    language sql stable
begin atomic
    select was_saved.at = (select max(x.saved_at)
                             from assay.questions q
                             join assay.answers x on x.question_id = q.id
                            where q.assignment_id = was_saved.assignment_id
                              and x.student_id = was_saved.student_id
                              and x.submission_id is null)
           and was_saved.content = assay.text_of_answers(was_saved.student_id, was_saved.assignment_id);
end;

comment on function assay.was_saved(uuid, uuid, text, timestamptz) is
    'True when the content is what a student has saved for an assignment (assay.text_of_answers), and they saved the last of it at that moment.';
