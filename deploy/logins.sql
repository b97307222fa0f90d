-- Two logins: one that migrates (and runs the other commands), one that serves and can change no table or function.
-- As a superuser, once, in the new database; the passwords come from the environment, so that no command line shows them:
--
--     MIGRATOR_PASSWORD=… SERVER_PASSWORD=… psql -f deploy/logins.sql assay
\set ON_ERROR_STOP on
\getenv migrator_password MIGRATOR_PASSWORD
\getenv server_password SERVER_PASSWORD
begin;
set local log_statement = 'none';
create role assay_migrator login password :'migrator_password';
create role assay_server login password :'server_password';
commit;
-- assay_migrator may become every role of assay, assay_owner too.
\set login assay_migrator
\ir ../sql/roles.sql
-- `assay serve` acts as assay_api and, to send mail, as assay_worker; `assay worker` as assay_worker, and listens as assay_api.
grant assay_api, assay_worker to assay_server with inherit false, set true;
