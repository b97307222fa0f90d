-- A link that sets a new password, for whoever has the mailbox.
create function api.forgot_password(email text, mail_token bytea)
    returns table (mail text, recipient_email text, recipient_name text)
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    known assay.email_addresses;
begin
    perform assay.act_as('visitor');
    select e.* into known
      from assay.email_addresses e
     where e.address = assay.fold_address(forgot_password.email);
    if found and assay.make_link(forgot_password.mail_token, 'set_password', known.student_id, known.teacher_id, interval '1 hour') then
        return query
        select 'reset_password', coalesce(s.email, t.email), coalesce(s.name, t.name)
          from (select known.student_id, known.teacher_id) k
          left join assay.students s on s.id = k.student_id
          left join assay.teachers t on t.id = k.teacher_id;
    end if;
end
$$;

comment on function api.forgot_password(text, bytea) is
    'Answers the letter reset_password when somebody has this address, else nothing; the client is told the same. The link lives one hour.';
