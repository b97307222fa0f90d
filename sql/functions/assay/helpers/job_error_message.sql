-- What is said of a job that failed.
create or replace function assay.job_error_message(code text, maxima_seen integer[])
    returns text
    language sql immutable
    set search_path = ''
begin atomic
    select case job_error_message.code
        when 'ai_unavailable'     then 'Every AI service failed. Nothing was stored; the same text may be sent again.'
        when 'max_score_unclear'  then
            case when coalesce(cardinality(job_error_message.maxima_seen), 0) = 0
                 then 'The instructions do not say what the maximum score is. Say it there, or send max_score.'
                 else 'The instructions do not say clearly what the maximum score is; seen: '
                      || array_to_string(job_error_message.maxima_seen, ', ') || '. Say it there, or send max_score.' end
        when 'api_key_missing'    then 'Store an API key of OpenAI or Anthropic first.'
        when 'already_submitted'  then 'A text for this assignment was handed in already.'
        when 'assignment_locked'  then 'The first text was handed in: this assignment cannot change any more.'
        when 'not_found'          then 'What this job was for does not exist any more.'
        when 'conflict'           then 'A teacher has given a score meanwhile; it stays.'
        when 'internal_error'     then 'The job failed inside assay. Nothing was stored; it may be sent again.'
    end;
end;

comment on function assay.job_error_message(text, integer[]) is
    'The sentence for the error code of a failed job; null for none, and for a code that no job fails with (which finished_jobs then refuses).';
