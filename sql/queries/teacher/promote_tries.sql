-- POST /teacher/assignments/{assignment_id}/cases/promote: how many submissions have a new result, and how many kept a person's.
--   :token_digest bytea   :assignment_id uuid   :body json {provider, model, prompt_version, reason}
select to_json(r) as body
  from api.promote_tries(
           token_digest   => :token_digest,
           assignment_id  => :assignment_id,
           provider       => :body::json ->> 'provider',
           model          => :body::json ->> 'model',
           prompt_version => :body::json ->> 'prompt_version',
           reason         => :body::json ->> 'reason') as r;
