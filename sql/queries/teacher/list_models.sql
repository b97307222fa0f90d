-- GET /teacher/models: which a try may name.
--   :token_digest bytea
select json_build_object('items', coalesce(json_agg(json_build_object(
           'provider', m.provider, 'model', m.model, 'retires_on', m.retires_on, 'key_stored', m.key_stored)
           order by m.provider, m.place), '[]'), 'next_cursor', null) as body
  from api.list_models(token_digest => :token_digest) with ordinality as m (provider, model, retires_on, key_stored, place);
