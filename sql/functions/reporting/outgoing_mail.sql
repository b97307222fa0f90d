-- Mail: what waits, what was sent, what has failed.
create or replace view reporting.outgoing_mail as
select m.id,
       m.kind,
       m.recipient,
       case when m.sent_at is not null then 'sent' when m.failed_at is not null then 'failed' else 'queued' end as status,
       m.attempt,
       m.last_error,
       m.created_at,
       m.next_attempt_at,
       m.sent_at,
       m.failed_at
  from assay.outgoing_mail m;

comment on view reporting.outgoing_mail is
'One row per mail of the last weeks, without its link. `assay mail resend ID` has a failed one sent again.
Example: select created_at, kind, recipient, last_error from reporting.outgoing_mail where status = ''failed'';';
comment on column reporting.outgoing_mail.kind            is 'verify_email, already_registered, reset_password or invitation.';
comment on column reporting.outgoing_mail.status          is 'queued, sent or failed.';
comment on column reporting.outgoing_mail.next_attempt_at is 'When a queued one is tried next, if no process is sending it.';
