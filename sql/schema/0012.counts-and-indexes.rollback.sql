alter table assay.assignments reset (toast_tuple_target);
alter table assay.submissions reset (toast_tuple_target);
drop index assay.assignments_for_all_classes;
alter table assay.classes drop column student_count cascade;
