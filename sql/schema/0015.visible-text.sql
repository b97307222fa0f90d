-- depends: 0014.idempotency-keys
-- What people read has something to be seen, by the rule of the domain assay.content; a title of a question is one line,
-- as every title is (assay.title). The characters are listed once, where the domains are.
do $$
declare
    class constant text := $class$'(\[[^']+\])'$class$;
    seen  constant text := (select substring(pg_get_constraintdef(c.oid) from class) from pg_constraint c where c.contypid = 'assay.content'::regtype);
    unfit constant text := (select substring(pg_get_constraintdef(c.oid) from class) from pg_constraint c where c.contypid = 'assay.title'::regtype and c.conname = 'title_plain');
begin
    execute format('alter table assay.questions
        add constraint prompt_not_blank        check (prompt ~ %1$L and length(prompt) <= 10000),
        add constraint question_title_readable check (title ~ %1$L and title !~ %2$L and title is nfc normalized and length(title) <= 300),
        add constraint guide_missing           check (kind <> ''open'' or guide ~ %1$L)', seen, unfit);
    execute format('alter table assay.audit               add constraint reason_not_blank check (reason ~ %L)', seen);
    execute format('alter table assay.deadline_extensions add constraint reason_not_blank check (reason ~ %L)', seen);
    execute format('alter table assay.encouragements add constraint encouragement_not_blank
        check (sentence ~ %1$L and with_questions ~ %1$L and greatest(length(sentence), length(with_questions)) <= 500)', seen);
    execute format('alter table assay.regrade_requests
        add constraint regrade_text_length   check (student_text ~ %1$L and length(btrim(student_text, %2$L)) >= 20 and length(student_text) <= 2000),
        add constraint decision_needs_answer check (state not in (''accepted'', ''rejected'')
                                                    or coalesce(answer ~ %1$L and length(answer) <= 2000, false))', seen, E' \t\r\n');
end
$$;
