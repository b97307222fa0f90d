-- assay doctor: the login, and whether it can act as assay_operator.
select session_user as login, pg_has_role(session_user, 'assay_operator', 'set') as operates;
