-- The sentences of the rules, and which field of a request each speaks of.
create function api.list_rules()
    returns table (name text, sentence text, field text)
    language sql stable security definer
    set search_path = ''
begin atomic
    select e.code, e.sentence, e.field from assay.error_codes e order by e.code;
end;

comment on function api.list_rules() is
    'Code, sentence and field of every row of assay.error_codes, for error messages.';
