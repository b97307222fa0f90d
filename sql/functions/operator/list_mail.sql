-- Mail, for an operator.
create function operator.list_mail(most integer)
    returns setof reporting.outgoing_mail
    language sql stable security definer
    set search_path = ''
begin atomic
    select m.*
      from reporting.outgoing_mail m
     where m.status <> 'sent'
     order by m.created_at, m.id
     limit list_mail.most;
end;

comment on function operator.list_mail(integer) is 'Mail that is not sent, oldest first: what waits and what has failed.';
