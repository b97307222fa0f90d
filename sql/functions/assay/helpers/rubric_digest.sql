-- What a marker goes by, as one value that changes when any of it does.
create or replace function assay.rubric_digest(assignment_id uuid)
    returns bytea
    language sql stable
begin atomic
    select r.rubric_digest from assay.rubrics_in_use r where r.assignment_id = rubric_digest.assignment_id;
end;

comment on function assay.rubric_digest(uuid) is 'The digest of assay.rubrics_in_use: marks of different digests are not compared.';
