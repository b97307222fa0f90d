-- What this student was paid for, newest first.
create function api.list_my_scores(token_digest bytea, after uuid, most integer)
    returns table (total_gold_coins bigint, submission_id uuid, assignment_id uuid, title text, score integer,
                   max_score integer, feedback text, graded_at timestamptz)
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me assay.students := assay.student(token_digest);
begin
    return query
    select * from assay.scores_of(me.id, null, me.total_gold_coins, list_my_scores.after, list_my_scores.most);
end
$$;

comment on function api.list_my_scores(bytea, uuid, integer) is
    'The calling student''s total and scores, after the given submission, newest first; one row with nulls when there are none.';
