-- assay doctor: the standbys that a commit waits for; empty: none.
select case when current_setting('synchronous_commit') in ('off', 'local') then ''
            else current_setting('synchronous_standby_names') end as standbys;
