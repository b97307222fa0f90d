-- Does a change go with what the assignment takes?
create or replace function assay.require_what_is_edited(takes text, has_maximum boolean, has_rubric boolean)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if takes = 'answers' and has_rubric then
        perform assay.refuse('kind_fits_assignment');
    elsif takes = 'answers' and has_maximum then
        perform assay.refuse('validation_failed', '{"errors": [{"field": "max_score", "type": "of_texts", "message": "An assignment that takes answers is worth what its questions are."}]}');
    end if;
end
$$;

comment on function assay.require_what_is_edited(text, boolean, boolean) is
    'Raises 422 kind_fits_assignment when a rubric is given to an assignment that takes answers, validation_failed when a maximum is.';
