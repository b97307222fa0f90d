-- assay doctor: whether the privileges on the database are those of sql/roles.sql.
select has_database_privilege('assay_owner', current_database(), 'create') as owner_creates,
       has_database_privilege('public', current_database(), 'temporary') as everybody_temporary, current_database() as name;
