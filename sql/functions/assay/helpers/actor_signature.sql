-- What makes an actor believed: it is made with a secret that only the owner reads, for this transaction of this session.
create or replace function assay.actor_signature(actor text, id text)
    returns text
    language sql stable
begin atomic
    select encode(sha256(s.secret || convert_to(
               concat_ws('|', actor_signature.actor, actor_signature.id, pg_backend_pid(), extract(epoch from now())), 'UTF8')), 'hex')
      from assay.actor_seal s;
end;

comment on function assay.actor_signature(text, text) is 'SHA-256 over the secret of assay.actor_seal, the actor, their id, this session and the time of this transaction.';
