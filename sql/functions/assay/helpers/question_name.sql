-- What a question can be called in a sentence.
create or replace function assay.question_name(question assay.questions)
    returns text
    language sql immutable
begin atomic
    select n.name
      from (select btrim(coalesce((question_name.question).title, (question_name.question).prompt)) as name) n
     where length(n.name) <= 80
       and n.name collate pg_catalog.pg_unicode_fast !~ '[[:digit:]{}\n]';
end;

comment on function assay.question_name(assay.questions) is
    'The title of a question, or else what it asks; null when that is longer than 80 characters or a line, or has a digit or a gap.';
