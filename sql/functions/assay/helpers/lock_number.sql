-- Advisory locks by name.
create or replace function assay.lock_number(name text)
    returns bigint
    language sql immutable
begin atomic
    select hashtextextended('assay ' || lock_number.name, 0);
end;

comment on function assay.lock_number(text) is
    'The number of the advisory lock of this name: line (while jobs are taken), seat HOST:N (while a worker lives).';
