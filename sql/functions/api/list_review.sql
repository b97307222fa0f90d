-- What of one assignment of this teacher deserves a look, by doubt.
-- enable_seqscan: a plan made for a small school is kept by the session, and must not read all flags and tries of a large one.
create function api.list_review(token_digest bytea, assignment_id uuid, after uuid, most integer)
    returns table (submission_id uuid, student json, score integer, max_score integer, released_at timestamptz, doubt numeric, reasons text[])
    language plpgsql stable security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, list_review.assignment_id);
begin
    return query
    with doubtful as materialized (
        select r.*
          from (select v.* from reporting.review v where v.assignment_id = one.id offset 0) r  -- so that only what is in doubt is looked up
         -- What was drawn for its teacher to mark blind shows nothing yet, not even that it is in doubt.
         where not exists (select from assay.hidden_submissions h where h.submission_id = r.submission_id)
    )
    select d.submission_id, json_build_object('id', d.student_id, 'name', d.student_name, 'email', d.student_email),
           d.score, d.max_score, d.released_at, d.doubt, d.reasons
      from doubtful d
     where (d.doubt, d.submission_id) < (select c.doubt, c.submission_id from doubtful c where c.submission_id = list_review.after)
        or not exists (select from doubtful c where c.submission_id = list_review.after)
     order by d.doubt desc, d.submission_id desc
     limit list_review.most;
end
$$;

comment on function api.list_review(bytea, uuid, uuid, integer) is
    'Rows of reporting.review of an own assignment, the greatest doubt first, after the given submission; from the top again when nothing is in doubt about that one any more. 404 not_found.';
