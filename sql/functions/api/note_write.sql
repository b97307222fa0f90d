-- The caller has changed something: none of their sessions reads from a replica that has not replayed it.
create function api.note_write(token_digest bytea)
    returns void
    language sql volatile security definer
    set search_path = ''
begin atomic
    update assay.sessions x
       set written_at = pg_current_wal_insert_lsn()
      from assay.sessions mine
     where mine.digest = note_write.token_digest
       and (x.student_id = mine.student_id or x.teacher_id = mine.teacher_id);
end;

comment on function api.note_write(bytea) is
    'For processes with a replica, after a change and before its answer leaves: the log''s end becomes what the person''s reads need. Nothing when the session has ended.';
