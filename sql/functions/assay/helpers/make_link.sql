-- A link to be mailed; but nobody's mailbox is flooded.
create or replace function assay.make_link(digest bytea, purpose text, student_id uuid, teacher_id uuid, lifetime interval)
    returns boolean
    language plpgsql volatile
    set search_path = ''
as $$
begin
    if (select count(*)
          from assay.links l
         where (l.student_id = make_link.student_id or l.teacher_id = make_link.teacher_id)
           and l.created_at > now() - interval '1 hour') >= 5
    then
        return false;
    end if;
    insert into assay.links (digest, purpose, student_id, teacher_id, expires_at)
    values (make_link.digest, make_link.purpose, make_link.student_id, make_link.teacher_id, now() + make_link.lifetime);
    return true;
end
$$;

comment on function assay.make_link(bytea, text, uuid, uuid, interval) is
    'Stores the SHA-256 of a mailed link. False, and nothing stored, when five were made for this person within the last hour.';
