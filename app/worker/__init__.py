"""The grading worker: takes jobs from the line, asks the AI services, writes what came of it."""
