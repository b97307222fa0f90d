-- How many calls a key may have in flight, after what its service has answered.
create or replace function assay.next_calls_at_once(
    calls numeric, least_calls integer, answered integer, limited boolean, last_limited_at timestamptz)
    returns numeric
    language sql stable
begin atomic
    select case
        when limited and last_limited_at > now() - interval '1 second' then calls  -- of the same burst: it was halved already
        when limited then greatest(calls / 2, least_calls)
        else least(calls + answered * case when last_limited_at > now() - interval '1 minute' then 1 / calls else 1 end,
                   greatest(64, least_calls)) end;
end;

comment on function assay.next_calls_at_once(numeric, integer, integer, boolean, timestamptz) is
    'One more for each call that was answered, so that a round doubles it; in the minute after a refusal for too many calls (429) one more for each round. Half after such a refusal, once a second at most. Between least_calls and 64.';
