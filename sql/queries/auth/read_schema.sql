-- GET /ready: the digest of the SQL files that are in force.
select api.schema_digest() as version;
