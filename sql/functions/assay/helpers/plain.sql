-- Words as they are compared: without regard to case, width, ligatures and blanks.
create or replace function assay.plain(words text)
    returns text
    language sql immutable
begin atomic
    select case
        -- Nearly all words are ASCII with one blank between them: then there is nothing to normalize, and no regular
        -- expression to run.
        when octet_length(plain.words) = length(plain.words) and strpos(translate(plain.words, E'\t\n\x0b\f\r', '     '), '  ') = 0
            then casefold(btrim(translate(plain.words, E'\t\n\x0b\f\r', '     ')) collate pg_catalog.pg_unicode_fast) collate "default"
        else btrim(regexp_replace(
                 casefold(normalize(case when octet_length(plain.words) > 62 then assay.limit_marks(plain.words) else plain.words end,
                                    nfkc) collate pg_catalog.pg_unicode_fast),
                 '\s+', ' ', 'g')) collate "default"
    end;
end;

comment on function assay.plain(text) is
    'NFKC, then Unicode case folding, blanks collapsed and trimmed: two answers are the same when this is the same. Independent of the database''s locale. Of more than thirty combining marks on one letter the rest is left out.';
