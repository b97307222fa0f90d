-- Options that were sent become those of a question.
create or replace function assay.add_options(question_id uuid, options api.sent_option[])
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    insert into assay.options (question_id, number, text, pair, place, indent, tolerance, score, feedback)
    select add_options.question_id, o.number, o.text, o.pair, o.place, o.indent, o.tolerance, o.score, o.feedback
      from unnest(add_options.options) with ordinality as o (text, pair, place, indent, tolerance, score, feedback, number);
end;

comment on function assay.add_options(uuid, api.sent_option[]) is 'Gives a question that has none these options, in the order given, with keys of their own.';
