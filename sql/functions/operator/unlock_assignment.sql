-- An assignment starts anew, without the texts that were handed in for it.
create function operator.unlock_assignment(assignment_id uuid, reason text)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    pending integer;
    graded  integer;
begin
    perform assay.set_actor('operator');
    -- In the order in which every writer of several rows locks them; once the assignment is locked no text comes in.
    perform from assay.submissions s where s.assignment_id = unlock_assignment.assignment_id order by s.id for update;
    perform from assay.students p
      where p.id in (select s.student_id from assay.submissions s where s.assignment_id = unlock_assignment.assignment_id)
      order by p.id for no key update;
    perform from assay.assignments a where a.id = unlock_assignment.assignment_id for update;
    if not found then
        perform assay.refuse('not_found');
    end if;
    perform assay.set_audit_reason(unlock_assignment.reason);

    select count(*) into pending
      from assay.pending_submissions p
     where p.assignment_id = unlock_assignment.assignment_id;
    perform assay.fail_job(w.job_id, 'internal_error', 'operator')
       from unnest(array(
               select p.job_id
                 from assay.pending_submissions p
                where p.assignment_id = unlock_assignment.assignment_id
                union all
               select r.job_id
                 from assay.pending_regrades r
                 join assay.submissions s on s.id = r.submission_id
                where s.assignment_id = unlock_assignment.assignment_id)) as w (job_id);
    delete from assay.submissions s where s.assignment_id = unlock_assignment.assignment_id;
    get diagnostics graded = row_count;
    return pending + graded;
end
$$;

comment on function operator.unlock_assignment(uuid, text) is
    'Removes every text that was handed in for an assignment, pending ones too, so that it may change and be handed in anew; coins go back through the ledger, and the audit says why. Answers how many texts. 404 not_found.';
