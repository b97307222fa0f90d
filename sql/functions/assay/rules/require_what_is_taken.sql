-- Was that handed in which the assignment takes?
create or replace function assay.require_what_is_taken(takes text, has_text boolean, has_answers boolean)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if takes = 'answers' and has_text then
        perform assay.refuse('validation_failed', '{"errors": [{"field": "content", "type": "takes_answers", "message": "This assignment takes answers, not a text."}]}');
    elsif takes = 'text' and not has_text then
        perform assay.refuse('validation_failed', '{"errors": [{"field": "content", "type": "missing", "message": "Field required"}]}');
    elsif takes = 'text' and has_answers then
        perform assay.refuse('validation_failed', '{"errors": [{"field": "answers", "type": "takes_text", "message": "This assignment takes a text, not answers."}]}');
    end if;
end
$$;

comment on function assay.require_what_is_taken(text, boolean, boolean) is
    'Raises 422 validation_failed, the field named, when a text is handed in where answers are taken, or the reverse.';
