-- assay doctor: what the database's clock says, in seconds since 1970.
select extract(epoch from clock_timestamp())::float8 as seconds;
