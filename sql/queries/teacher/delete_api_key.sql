-- DELETE /teacher/api-keys/{provider}: the key is gone.
--   :token bytea   :provider text
select api.delete_api_key(token => :token, provider => :provider);
