-- A link to be mailed or shown.
create or replace function assay.make_link(
    digest bytea, kind text, student_id uuid, teacher_id uuid, registration_id uuid, mailed boolean)
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    insert into assay.links (digest, purpose, student_id, teacher_id, registration_id, expires_at)
    select make_link.digest, k.link_purpose, make_link.student_id, make_link.teacher_id, make_link.registration_id,
           now() + k.link_lifetime + case when make_link.mailed then interval '1 day' else interval '0' end
      from assay.mail_kinds k
     where k.kind = make_link.kind;
end;

comment on function assay.make_link(bytea, text, uuid, uuid, uuid, boolean) is
    'Stores the SHA-256 of a link as mail of this kind has it, for a student, a teacher or a registration. One to be mailed works a day longer, for that is how long its mail may be on its way; worker.finish_mail takes the day back.';
