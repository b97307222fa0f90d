-- A time, from the number that stands for it in a cursor.
create or replace function assay.moment(microseconds bigint)
    returns timestamptz
    language sql stable
begin atomic
    select timestamptz '1970-01-01 00:00:00+00' + moment.microseconds / 1000000 * interval '1 second'
         + moment.microseconds % 1000000 * interval '1 microsecond';
end;

comment on function assay.moment(bigint) is 'The time so many microseconds after the beginning of 1970 in UTC, exactly.';
