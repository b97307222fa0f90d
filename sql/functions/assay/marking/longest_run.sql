-- The longest part of a list that is in order, though others stand between.
create or replace function assay.longest_run(places smallint[])
    returns integer
    language plpgsql immutable
    set search_path = ''
as $$
declare
    place smallint;
    ends  smallint[] := '{}';  -- ends[n]: the least place that a run of n lines can end with, so it is in order
begin
    foreach place in array places loop
        ends[width_bucket(place, ends) + 1] := place;
    end loop;
    return cardinality(ends);
end
$$;

comment on function assay.longest_run(smallint[]) is
    'The length of the longest non-decreasing subsequence: {5,1,6,2,3,4} has 4. Equal places may stand either way.';
