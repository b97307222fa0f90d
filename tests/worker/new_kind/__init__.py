"""A kind of job that assay does not ship, as a contributor would write it: tests/worker/test_kinds.py adds it."""
