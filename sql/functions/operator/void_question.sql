-- A question does not count, and why.
create function operator.void_question(question_id uuid, reason text)
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.set_audit_reason(void_question.reason);
    return query select r.* from assay.void_question(void_question.question_id) r;
end
$$;

comment on function operator.void_question(uuid, text) is
    'Everybody earns the maximum of this question, who hands in later too; the audit says why. 404 not_found.';
