-- The submissions to an assignment, sorted by something else than their id.
create or replace function assay.find_submissions(assignment_id uuid, sort text, after uuid, after_key text, most integer)
    returns uuid[]
    language plpgsql stable
    set search_path = ''
as $$
declare
    sign   integer := case when left(find_submissions.sort, 1) = '-' then -1 else 1 end;
    -- What a machine gave to these is kept from their teacher: they come last, wherever they would stand.
    hidden uuid[] := array(select h.submission_id
                             from assay.hidden_submissions h
                            where h.assignment_id = find_submissions.assignment_id);
    last   bigint := 9223372036854775807;
    start  bigint;
begin
    if find_submissions.sort = 'name' then
        return array(
            select x.id
              from assay.submissions x
              join assay.students p on p.id = x.student_id
             where x.assignment_id = find_submissions.assignment_id
               and (find_submissions.after is null
                    or (assay.name_key(p.name), x.id) > (assay.name_key(find_submissions.after_key), find_submissions.after))
             order by assay.name_key(p.name), x.id
             limit find_submissions.most);
    end if;
    start := case when find_submissions.after_key = '-' then last else sign * find_submissions.after_key::bigint end;
    return array(
        select x.id
          from assay.submissions x
         cross join lateral (
               select case when ltrim(find_submissions.sort, '-') = 'submitted_at' then sign * (extract(epoch from x.submitted_at) * 1000000)::bigint
                           when x.id = any (hidden) then last
                           else sign * x.score end as place) k
         where x.assignment_id = find_submissions.assignment_id
           and (find_submissions.after is null or (k.place, x.id) > (start, find_submissions.after))
         order by k.place, x.id
         limit find_submissions.most);
end
$$;

comment on function assay.find_submissions(uuid, text, uuid, text, integer) is
    'Submissions to an assignment by score, -score, submitted_at, -submitted_at or their student''s name, after the given one and what it is sorted by (a score, - for a hidden one, microseconds since 1970, or a name). Reads the index entries of all of them.';
