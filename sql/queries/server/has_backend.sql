-- Whether a server process is there; null: whether the server answers at all.
--   :backend integer
select :backend::integer is null or exists (select from pg_stat_activity a where a.pid = :backend::integer) as there;
