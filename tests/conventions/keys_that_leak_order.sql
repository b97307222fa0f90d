-- Questions whose options have the author's numbers for keys, so that what students see tells the order.
-- as in: set session_replication_role = replica; insert into assay.options (question_id, number, key, text, place) values ('00000000-0000-0000-0000-00000000000c', 1, 1, 'a', 1), ('00000000-0000-0000-0000-00000000000c', 2, 2, 'b', 2); set session_replication_role = origin
select o.question_id as offender
  from assay.options o
 group by o.question_id
having bool_and(o.key = o.number);
