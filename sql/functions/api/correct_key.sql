-- A teacher corrects the key of a question, or makes it void; everybody is marked anew.
create function api.correct_key(
    token_digest bytea, question_id uuid, void boolean, texts text[], pairs text[], places smallint[], indents smallint[],
    tolerances numeric[], scores integer[])
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me  assay.teachers  := assay.teacher(token_digest);
    one assay.questions := assay.own_question(me.id, correct_key.question_id);
begin
    perform assay.set_actor('teacher', me.id);
    if void then
        return query select r.* from assay.void_question(one.id) r;
    else
        return query
        select r.*
          from assay.correct_key(one.id, correct_key.texts, correct_key.pairs, correct_key.places, correct_key.indents,
                                 correct_key.tolerances, correct_key.scores) r;
    end if;
end
$$;

comment on function api.correct_key(bytea, uuid, boolean, text[], text[], smallint[], smallint[], numeric[], integer[]) is
    'As assay.correct_key, or assay.void_question, of a question of an own assignment, before and after students handed in; answers, scores, ledger and coins follow in the same transaction. 404 not_found, 409 key_only, 422 by the rule that the new key breaks.';
