-- Which language is this?
create or replace function assay.language_of(name text, words text)
    returns text
    language sql stable
begin atomic
    select case
        when n.plain in ('english', 'englisch', 'engelska', 'anglais', 'inglés', 'eng') then 'en'
        when n.plain in ('swedish', 'svenska', 'schwedisch', 'suédois', 'sueco', 'swe') then 'sv'
        when n.plain in ('german', 'deutsch', 'tyska', 'allemand', 'alemán', 'deu', 'ger') then 'de'
        when n.plain in ('french', 'français', 'francais', 'franska', 'französisch', 'francés', 'fra', 'fre') then 'fr'
        when n.plain in ('spanish', 'español', 'espanol', 'castellano', 'spanska', 'spanisch', 'espagnol', 'spa') then 'es'
        when n.plain <> '' then substring(n.plain from '^([a-z]{2,3})(?:[-_].*)?$')
        -- By the words that each language has most of, as full-text search knows them.
        else (select l.code
                from (values (1, 'en', 'english_stem'::regdictionary), (2, 'sv', 'swedish_stem'), (3, 'de', 'german_stem'),
                             (4, 'fr', 'french_stem'), (5, 'es', 'spanish_stem')) as l (rank, code, dictionary)
                left join regexp_split_to_table(lower(left(language_of.words, 2000)), '[^[:alpha:]]+') as w (word)
                  on ts_lexize(l.dictionary, w.word) = '{}'
               group by l.rank, l.code
               order by count(w.word) desc, l.rank
               limit 1)
    end
      from (select coalesce(assay.plain(language_of.name), '') as plain) n;
end;

comment on function assay.language_of(text, text) is
    'The code of the language with that name (Swedish, svenska, sv, sv-SE: sv), null for a name that is none; without a name that of the words: en, sv, de, fr or es, by their commonest words, en in doubt.';
