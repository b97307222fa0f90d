-- PUT /teacher/api-keys/{provider}, first half: whom the key is to be sealed for.
--   :token bytea
select api.read_own_id(token => :token) as id;
