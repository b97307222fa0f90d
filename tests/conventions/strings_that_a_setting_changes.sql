-- Functions whose text is read anew in each session, with a backslash in a plain string: standard_conforming_strings decides what it means.
-- as in: create function assay.bare() returns boolean language plpgsql immutable set search_path = '' as $f$ begin return 'a' ~ '\S'; end $f$
select p.oid::regprocedure::text as offender
  from pg_proc p
 where p.pronamespace in ('assay'::regnamespace, 'reporting'::regnamespace, 'worker'::regnamespace, 'operator'::regnamespace, 'api'::regnamespace)
   and p.prosqlbody is null
   and p.prosrc ~ '(^|[^eE[:alnum:]_''])''[^'']*\\';
