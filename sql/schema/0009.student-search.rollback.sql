drop extension pg_trgm cascade;
