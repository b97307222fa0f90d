-- What a kind of job takes in the database; shipped, each object is a file of its own.
insert into assay.job_kinds (kind, turn, shown_as) values ('count_words', 5, 'word count');

create table assay.word_counts (
    job_id        uuid primary key default uuidv7(),
    assignment_id uuid not null references assay.assignments
);
create table assay.counted_words (assignment_id uuid primary key references assay.assignments, words integer not null);

create function assay.enqueue_word_count() returns trigger language plpgsql set search_path = '' as $$
begin
    insert into assay.jobs (id, kind, teacher_id, subject_id)
    select new.job_id, 'count_words', a.teacher_id, a.id from assay.assignments a where a.id = new.assignment_id;
    return null;
end
$$;
create trigger enqueue_word_count after insert on assay.word_counts
    for each row execute function assay.enqueue_word_count();
create trigger erase_word_counts after delete on assay.jobs referencing old table as old_rows
    for each statement execute function assay.erase_inputs('word_counts');

create function worker.load_word_counts(job_ids uuid[]) returns table (job_id uuid, instructions text)
    language sql stable security definer set search_path = ''
begin atomic
    select w.job_id, a.instructions
      from assay.word_counts w join assay.assignments a on a.id = w.assignment_id
     where w.job_id = any (load_word_counts.job_ids);
end;

create function worker.finish_word_counts(job_ids uuid[], attempts integer[], words integer[]) returns setof uuid
    language sql volatile security definer set search_path = ''
begin atomic
    with done as (
        delete from assay.jobs j
         using unnest(finish_word_counts.job_ids, finish_word_counts.attempts, finish_word_counts.words)
                   as r (job_id, attempt, words)
         where j.id = r.job_id and j.attempt = r.attempt
        returning j.*, r.words
    ), counted as (
        insert into assay.counted_words (assignment_id, words) select d.subject_id, d.words from done d
    )
    insert into assay.finished_jobs (id, kind, teacher_id, assignment_id, attempt, created_at)
    select d.id, d.kind, d.teacher_id, d.subject_id, d.attempt, d.created_at from done d
    returning id;
end;

grant execute on function worker.load_word_counts(uuid[]), worker.finish_word_counts(uuid[], integer[], integer[]) to assay_worker;
