-- An e-mail address as it is compared: without regard to case, in any language.
create or replace function assay.fold_address(email text)
    returns text
    language sql immutable
begin atomic
    -- The collation is only for folding: with it, no index of email_addresses would fit.
    select casefold(fold_address.email collate pg_catalog.pg_unicode_fast) collate "default";
end;

comment on function assay.fold_address(text) is
    'Unicode case folding, independent of the database''s locale: two addresses are one when this is the same.';
