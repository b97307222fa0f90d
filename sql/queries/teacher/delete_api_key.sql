-- DELETE /teacher/api-keys/{provider}: the key is gone.
--   :token_digest bytea   :provider text
select api.delete_api_key(token_digest => :token_digest, provider => :provider);
