-- What a text that may come again is known by.
create or replace function assay.text_digest(content text)
    returns bytea
    language sql immutable
begin atomic
    select sha256(convert_to(rtrim(replace(replace(assay.nfc(text_digest.content), E'\r\n', E'\n'), E'\r', E'\n'),
                                   U&' \0009\000A\000B\000C\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000\FEFF'), 'UTF8'));
end;

comment on function assay.text_digest(text) is
    'SHA-256 of a text in NFC, line ends as LF, blanks at the end cut: a copy from another editor is the same text.';
