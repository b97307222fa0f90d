-- Whether a stretch of a text reads as a quote of it does.
create or replace function assay.reads_as(stretch text, quote text)
    returns boolean
    language plpgsql immutable
    set search_path = ''
as $$
declare
    -- Typographic quotation marks and dashes are folded too, and what a reader does not see is left out.
    typographic constant text := E'\u2018\u2019\u201a\u201b\u2032\u00b4`\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff';
    written     constant text := '''''''''''''''"""""""-------';
begin
    if stretch = quote then  -- as nearly always: a quote is looked for in the text before it is sent
        return true;
    end if;
    stretch := translate(stretch, typographic, written);
    quote   := translate(quote, typographic, written);
    return assay.plain(stretch) = assay.plain(quote);
end
$$;

comment on function assay.reads_as(text, text) is
    'True when both are the same as words (assay.plain), typographic quotation marks and dashes and invisible characters apart.';
