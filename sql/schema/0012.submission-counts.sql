-- depends: 0011.past-enrolments
-- How many submissions an assignment has is kept apart from it: assignments are read all the time, and a count changes
-- with every batch of scores. While an old transaction keeps the versions of a row from being cleaned away, whoever
-- reads that row walks through them.
lock table assay.assignments in access exclusive mode;  -- whoever counts comes before this or after

create table assay.submission_counts (
    assignment_id uuid primary key references assay.assignments on delete cascade,
    submissions   integer not null,
    constraint submission_count_not_negative check (submissions >= 0)
) with (fillfactor = 50);

insert into assay.submission_counts (assignment_id, submissions)
select a.id, a.submission_count from assay.assignments a where a.submission_count > 0;

-- Clients read views and functions, which are made anew in this transaction; cascade lets go of those that stand now.
-- squawk-ignore ban-drop-column
alter table assay.assignments drop column submission_count cascade;

comment on table assay.submission_counts is 'How many graded submissions each assignment has; kept by trigger. No row: none was ever graded.';
comment on column assay.submission_counts.assignment_id is 'The assignment.';
comment on column assay.submission_counts.submissions   is 'How many there are.';
comment on constraint submission_count_not_negative on assay.submission_counts is 'The count is kept by the database.';
