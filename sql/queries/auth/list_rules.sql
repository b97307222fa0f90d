-- The sentences of the rules, for this process's error messages.
select r.name, r.sentence, r.field
  from api.list_rules() as r
 order by r.name;
