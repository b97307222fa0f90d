-- assay check-ai: the models that may be asked today, by service and rank.
select m.provider, m.model, m.reasoning_tokens, m.parameters
  from operator.list_models() as m
 order by m.provider, m.rank, m.model;
