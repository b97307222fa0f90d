-- A limit shuts nobody out.
create or replace function assay.limit_is_fair()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('limit_is_fair')
       from regexp_matches(regexp_replace(new.rule, '[[:space:]]+', ' ', 'g'), '([1-9][0-9]*) *(?:/|per) *([0-9]*) *(second|minute|hour|day|month|year)', 'g') as item
      cross join lateral (
            select item[1]::bigint as requests,
                   coalesce(nullif(item[2], '')::bigint, 1)
                   * case item[3] when 'second' then 1 when 'minute' then 60 when 'hour' then 3600 when 'day' then 86400
                                  when 'month' then 2592000 else 31104000 end as seconds) one
      where one.seconds > 86400
         or one.requests * 60 < one.seconds;
    return new;
end
$$;

comment on function assay.limit_is_fair() is
    'A limit allows at least one request a minute, in a window of at most a day, whoever sets it (limit_is_fair); but for the checks and hand-ins of students (scope attempts), which may be as few as a school likes.';

create or replace trigger limit_is_fair
    before insert or update of scope, rule on assay.rate_limits
    for each row when (new.scope <> 'attempts')
    execute function assay.limit_is_fair();
