-- Foreign keys whose rows are looked for, when what they point at is deleted, without an index.
-- as in: create table assay.bare (student_id uuid references assay.students)
select format('%s (%s)', k.conrelid::regclass, a.attname) as offender
  from pg_constraint k
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
 where k.contype = 'f'
   and k.connamespace = 'assay'::regnamespace
   -- Teachers, classes, assignments, codes of errors and kinds of jobs are never deleted by assay; the queue is small, and hot: each index there costs.
   and k.confrelid not in ('assay.teachers'::regclass, 'assay.classes'::regclass, 'assay.assignments'::regclass,
                           'assay.error_codes'::regclass, 'assay.job_kinds'::regclass)
   and not (k.conrelid = 'assay.jobs'::regclass and a.attname = 'student_id')
   and not exists (
       select
         from pg_index i
        where i.indrelid = k.conrelid
          and i.indkey[0] = k.conkey[1]
          and i.indisvalid
          and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)));
