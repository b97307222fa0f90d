-- Has whoever reads this address's mail a link that opens or recovers an account?
create or replace function assay.holds_link(address text, besides bytea default null)
    returns boolean
    language plpgsql stable
    set search_path = ''
as $$
begin
    return exists (
        select
          from assay.registrations r
          join assay.links l on l.registration_id = r.id
         where r.address = holds_link.address
           and l.expires_at > now()
           and l.digest is distinct from holds_link.besides)
        or exists (
        select
          from assay.email_addresses e
          join assay.links l on l.student_id = e.student_id or l.teacher_id = e.teacher_id
         where e.address = holds_link.address
           and l.purpose = 'set_password'
           and l.expires_at > now()
           and l.digest is distinct from holds_link.besides);
end
$$;

comment on function assay.holds_link(text, bytea) is
    'True when a link that works was made for this (case-folded) address: of a registration, or to set a password. besides: one not to be counted.';
