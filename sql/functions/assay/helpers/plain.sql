-- Words as they are compared: without regard to case, width, ligatures and blanks.
create or replace function assay.plain(words text)
    returns text
    language sql immutable
begin atomic
    select btrim(regexp_replace(casefold(normalize(plain.words, nfkc) collate pg_catalog.pg_unicode_fast), '\s+', ' ', 'g')) collate "default";
end;

comment on function assay.plain(text) is
    'NFKC, then Unicode case folding, blanks collapsed and trimmed: two answers are the same when this is the same. Independent of the database''s locale.';
