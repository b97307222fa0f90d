-- PUT /teacher/cases/{case_id}/content: the case with the text that was brought.
--   :token_digest bytea   :case_id uuid   :content text
select to_json(c) as body
  from api.replace_case_content(token_digest => :token_digest, case_id => :case_id, content => :content) as c;
