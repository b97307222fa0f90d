-- Mail to be sent: a row until it is sent, by whichever process comes first.
create table assay.mail_kinds (
    kind          text primary key,
    link_purpose  text not null,
    link_lifetime interval not null,
    constraint purpose_known check (link_purpose in ('verify_email', 'set_password'))
);
insert into assay.mail_kinds (kind, link_purpose, link_lifetime)
values ('verify_email',       'verify_email', '24 hours'),
       ('already_registered', 'set_password', '1 hour'),
       ('reset_password',     'set_password', '1 hour'),
       ('invitation',         'set_password', '7 days');

-- A row to lock: mail to one address is counted by one transaction at a time.
create table assay.mail_recipients (
    address text primary key
);

create table assay.outgoing_mail (
    id              uuid primary key default uuidv7(),
    kind            text not null references assay.mail_kinds,
    recipient       text not null,
    address         text not null references assay.mail_recipients,
    link_digest     bytea references assay.links on delete set null,
    sealed_link     bytea,
    attempt         integer not null default 0,
    created_at      timestamptz not null default now(),
    queued_at       timestamptz not null default now(),
    next_attempt_at timestamptz not null default now(),
    sent_at         timestamptz,
    failed_at       timestamptz,
    last_error      text,
    constraint sent_or_failed            check (num_nonnulls(sent_at, failed_at) <= 1),
    constraint link_is_erased_once_sent  check (sent_at is null or sealed_link is null)
);
create index outgoing_mail_waiting    on assay.outgoing_mail (next_attempt_at) where sent_at is null and failed_at is null;
create index outgoing_mail_failed     on assay.outgoing_mail (failed_at) where failed_at is not null;
create index outgoing_mail_of_address on assay.outgoing_mail (address, created_at);
create index outgoing_mail_of_link    on assay.outgoing_mail (link_digest) where link_digest is not null;
create index outgoing_mail_of_kind    on assay.outgoing_mail (kind);
create index outgoing_mail_by_age     on assay.outgoing_mail (created_at);

comment on table assay.mail_kinds is 'The kinds of mail, and what the link in each does. Their text is in the program (app/mail).';
comment on column assay.mail_kinds.kind          is 'verify_email, already_registered, reset_password or invitation.';
comment on column assay.mail_kinds.link_purpose  is 'What its link does: verify_email or set_password.';
comment on column assay.mail_kinds.link_lifetime is 'How long its link works after the mail was sent.';
comment on table assay.mail_recipients is 'One row per address that mail was written to lately. Who queues mail locks it (assay.lock_address), so that the ceiling is exact.';
comment on column assay.mail_recipients.address is 'The address, case-folded.';
comment on table assay.outgoing_mail is 'One row per mail: to be sent, sent, or failed. Sent by the processes of `assay serve` and `assay worker`, tried again for a day with growing pauses.';
comment on column assay.outgoing_mail.id              is 'The mail.';
comment on column assay.outgoing_mail.kind            is 'What it says (assay.mail_kinds).';
comment on column assay.outgoing_mail.recipient       is 'To whom, as the address was typed.';
comment on column assay.outgoing_mail.address         is 'The same, case-folded.';
comment on column assay.outgoing_mail.link_digest     is 'SHA-256 of the token in its link; null: the link was used or its account is gone.';
comment on column assay.outgoing_mail.sealed_link     is 'The beginning of the link and its token, encrypted with the newest of ASSAY_SECRET_KEYS. Null: erased, since it was sent or cannot be.';
comment on column assay.outgoing_mail.attempt         is 'How often it was tried since it was queued.';
comment on column assay.outgoing_mail.created_at      is 'When it was asked for.';
comment on column assay.outgoing_mail.queued_at       is 'When it was asked for, or an operator had it sent again; a day later it has failed.';
comment on column assay.outgoing_mail.next_attempt_at is 'Not tried before. While a process sends it: when that process is given up for dead.';
comment on column assay.outgoing_mail.sent_at         is 'When the mail server took it.';
comment on column assay.outgoing_mail.failed_at       is 'When it was given up; an operator may have it sent again (operator.resend_mail).';
comment on column assay.outgoing_mail.last_error      is 'Why the last attempt failed: the mail server''s own sentence, or ours.';
