-- Answers as the text that is handed in.
create or replace function assay.text_of_answers(student_id uuid, assignment_id uuid)
    returns text
    language sql stable
begin atomic
    select string_agg(x.number || ':' || coalesce(' ' || nullif(w.words, ''), ''), E'\n' order by x.number)
      from assay.counting_answers(text_of_answers.student_id, text_of_answers.assignment_id) x
     cross join lateral assay.answer_as_text(x.question_id, x.kind, x.picked, x.indents, x.texts) w;
end;

comment on function assay.text_of_answers(uuid, uuid) is
    'What a student saved for an assignment, one question after the other ("1: …"), a blank one too; null for an assignment without approved questions.';
