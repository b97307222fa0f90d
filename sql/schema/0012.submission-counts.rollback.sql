lock table assay.assignments in access exclusive mode;
alter table assay.assignments
    add column submission_count integer not null default 0,
    add constraint submission_count_not_negative check (submission_count >= 0);
update assay.assignments a set submission_count = n.submissions from assay.submission_counts n where n.assignment_id = a.id;
comment on column assay.assignments.submission_count is 'How many graded submissions there are; kept by trigger.';
comment on constraint submission_count_not_negative on assay.assignments is 'submission_count is kept by the database.';
drop table assay.submission_counts cascade;
