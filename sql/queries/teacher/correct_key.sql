-- PUT /teacher/questions/{question_id}/key: how many answers were marked anew, raised and lowered.
--   :token_digest bytea   :question_id uuid   :body json {void, texts, pairs, places, indents, tolerances, scores: in the author's order, or null}
select to_json(r) as body
  from json_to_record(:body::json) as k (void boolean, texts text[], pairs text[], places smallint[], indents smallint[],
                                         tolerances numeric[], scores integer[])
 cross join lateral api.correct_key(
           token_digest => :token_digest, question_id => :question_id, void => coalesce(k.void, false), texts => k.texts, pairs => k.pairs,
           places => k.places, indents => k.indents, tolerances => k.tolerances, scores => k.scores) as r;
