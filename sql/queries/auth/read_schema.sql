-- GET /ready: how the database stands to the SQL files of this process.
--   :digest text
select compared.state
  from api.compare_schema(digest => :digest) as compared(state);
