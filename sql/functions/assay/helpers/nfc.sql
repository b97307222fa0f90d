-- A text as it is compared: composed, in time that grows with its length.
create or replace function assay.nfc(words text)
    returns text
    language sql immutable parallel safe
begin atomic
    select normalize(case when octet_length(nfc.words) > 62 and octet_length(nfc.words) > length(nfc.words)
                          then assay.limit_marks(nfc.words) else nfc.words end, nfc);
end;

comment on function assay.nfc(text) is
    'The text in NFC; of more than thirty combining marks on one letter the rest is left out, so that no crafted text takes long.';
