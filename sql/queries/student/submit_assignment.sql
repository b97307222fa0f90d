-- POST /student/assignments/{assignment_id}/submission: 201 the graded submission, or 202 the job.
--   :token_digest bytea   :traceparent text (of the request, for its jobs)   :assignment_id uuid   :content text   :body json {answers?: {number: {picked?, indents?, texts?}}}
select (s.job).id, false as finished,
       case when (s.job).id is null then json_build_object('submission', s.submission) else to_json(s.job) end as body
  from api.submit_assignment(
           token_digest         => case when set_config('request.traceparent', coalesce(:traceparent::text, ''), true) is not null then :token_digest::bytea end,
           assignment_id => :assignment_id,
           content       => :content,
           answers       => array(select (n.key::integer, a.picked, a.indents, a.texts)::api.sent_answer
                                    from json_each(coalesce(:body::json -> 'answers', '{}')) n
                                   cross join lateral json_to_record(n.value) as a (picked smallint[], indents smallint[], texts text[]))) as s;
