-- Views and functions of reporting whose comment ends without an example query, so that reporting.catalog has none.
-- as in: create view reporting.bare as select 1 as x
select c.name as offender from reporting.catalog c where c.example is null or c.example !~ ';$';
