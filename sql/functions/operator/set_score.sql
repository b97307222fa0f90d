-- Another score, and why.
create function operator.set_score(submission_id uuid, score integer, reason text)
    returns bigint
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    changed assay.submissions;
begin
    perform assay.set_actor('operator');
    perform assay.set_audit_reason(set_score.reason);
    update assay.submissions s
       set score      = set_score.score,
           adjustment = s.adjustment + case when exists (select from assay.answers x where x.submission_id = s.id)
                                            then set_score.score - s.score else 0 end,
           graded_at  = now()
     where s.id = set_score.submission_id
    returning s.* into changed;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return (select p.total_gold_coins from assay.students p where p.id = changed.student_id);
end
$$;

comment on function operator.set_score(uuid, integer, text) is
    'Gives a submission another score, 0 takes all its coins back; what differs from the sum of its answers is its adjustment; the ledger says who, the audit says why. Answers the student''s total. 404 not_found, 422 score_in_range.';
