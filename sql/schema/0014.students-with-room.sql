-- depends: 0013.students-named
-- Every score changes its student's total. With room beside it the new version stays on its page, and five indexes need
-- not hear of it.
alter table assay.students set (fillfactor = 80);
