-- Nobody's mailbox is flooded, and nobody is left without a link that works.
create or replace function assay.may_mail(address text, besides bytea default null)
    returns boolean
    language plpgsql volatile
    set search_path = ''
as $$
begin
    perform assay.lock_address(may_mail.address);
    return (select count(*)
              from assay.outgoing_mail m
             where m.address = may_mail.address
               and m.created_at > clock_timestamp() - interval '1 hour') < 5
        or not assay.holds_link(may_mail.address, may_mail.besides);
end
$$;

comment on function assay.may_mail(text, bytea) is
    'Whether one more mail may go to this (case-folded) address: five an hour, whatever their kind; after that only to somebody who holds no link that works (besides: one not to be counted). Locks the address until the end of the transaction.';
