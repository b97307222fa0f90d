-- Is this assignment still free to change?
create or replace function assay.require_unlocked(assignment_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    -- Another isolation level would look for texts in a snapshot that is older than the lock below.
    if current_setting('transaction_isolation') <> 'read committed' then
        perform assay.refuse('read_committed_only');
    end if;

    -- Waits for texts that are being accepted just now (assay.check_deadline holds a share lock).
    perform from assay.assignments a where a.id = require_unlocked.assignment_id for no key update;

    if exists (select from assay.submissions s where s.assignment_id = require_unlocked.assignment_id)
       or exists (select from assay.pending_submissions p where p.assignment_id = require_unlocked.assignment_id)
    then
        perform assay.refuse('assignment_locked');
    end if;
end
$$;

comment on function assay.require_unlocked(uuid) is
    'Raises 409 assignment_locked when the assignment has a submission, a pending one included; 409 read_committed_only in a transaction of another isolation level, which might not see it.';
