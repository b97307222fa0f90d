-- PUT /teacher/assignments/{assignment_id}/template: the assignment with the teacher's own template.
--   :token_digest bytea   :assignment_id uuid   :content text   :template_totals integer[] (that the content names)   :if_match text[]
select to_json(a) as body
  from api.replace_template(token_digest => :token_digest, assignment_id => :assignment_id, correction_template => :content,
                            template_totals => :template_totals, if_match => :if_match) as a;
