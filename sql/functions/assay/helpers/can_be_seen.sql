-- Is there something to be seen in a text?
create or replace function assay.can_be_seen(words text)
    returns boolean
    language plpgsql immutable
    set search_path = ''
as $$
begin
    if can_be_seen.words ~ '[!-~]' then     -- as nearly every text has
        return true;
    end if;
    return can_be_seen.words::assay.content is not null;
exception when check_violation then
    return false;
end
$$;

comment on function assay.can_be_seen(text) is
    'True for a text with a visible character, by the rule of the domain assay.content (content_not_blank); false for null.';
