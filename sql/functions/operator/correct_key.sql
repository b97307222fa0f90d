-- A key that was wrong is put right after students have handed in, and why.
create function operator.correct_key(
    question_id uuid, reason text, texts text[] default null, pairs text[] default null, places smallint[] default null,
    indents smallint[] default null, tolerances numeric[] default null, scores integer[] default null)
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.set_audit_reason(correct_key.reason);
    return query select r.* from assay.correct_key(correct_key.question_id, texts, pairs, places, indents, tolerances, scores) r;
end
$$;

comment on function operator.correct_key(uuid, text, text[], text[], smallint[], smallint[], numeric[], integer[]) is
    'As assay.correct_key: operator.correct_key(''…'', ''ticket 7'', places => ''{NULL,1,NULL}'') makes the second of three choices the right one, and marks everybody anew. The audit says why. 404 not_found, 409 key_only.';
