-- Questions that were sent become the last ones of an assignment.
create or replace function assay.add_questions(assignment_id uuid, questions api.sent_question[])
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
declare
    before smallint := coalesce((select max(q.number) from assay.questions q where q.assignment_id = add_questions.assignment_id), 0);
begin
    insert into assay.questions (assignment_id, number, kind, title, prompt, max_score, partial, guide, solution, explanation, bloom, approved_at)
    select add_questions.assignment_id, before + s.number, s.kind, assay.nfc(s.title), s.prompt, s.max_score, coalesce(s.partial, true),
           s.guide, s.solution, s.explanation, s.bloom, now()
      from unnest(add_questions.questions) with ordinality
               as s (kind, title, prompt, max_score, partial, guide, solution, explanation, bloom, options, number);
    perform assay.add_options(q.id, s.options)
       from unnest(add_questions.questions) with ordinality
                as s (kind, title, prompt, max_score, partial, guide, solution, explanation, bloom, options, number)
       join assay.questions q on q.assignment_id = add_questions.assignment_id and q.number = before + s.number;
end
$$;

comment on function assay.add_questions(uuid, api.sent_question[]) is
    'Adds questions with their options behind those that an assignment has, in the order given, approved. The rules for questions judge them.';
