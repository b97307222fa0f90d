-- depends: 0011.past-enrolments
-- What lists need so that they cost the same at any size: a count that is kept, an index, texts out of the rows' way.
alter table assay.classes add column student_count integer not null default 0;
comment on column assay.classes.student_count is 'How many students are in it now; kept by trigger.';

create index assignments_for_all_classes on assay.assignments (teacher_id, id) where class_id is null and deleted_at is null;

-- Texts of more than some hundred characters go to the side table: lists read the rows and never the texts.
alter table assay.submissions set (toast_tuple_target = 512);
alter table assay.assignments set (toast_tuple_target = 512);
