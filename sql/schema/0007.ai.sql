-- Teachers' keys, which models are asked in which order, and every attempt at a service.
create table assay.api_keys (
    teacher_id      uuid not null references assay.teachers on delete cascade,
    provider        assay.provider not null,
    sealed          bytea not null,
    last4           text not null,
    created_at      timestamptz not null default now(),
    last_ok_at      timestamptz,
    last_refused_at timestamptz,
    last_limited_at timestamptz,
    backoff_until   timestamptz not null default '-infinity',
    calls_at_once   numeric(6, 2),
    calls_per_day   integer,
    calls_today     integer not null default 0,
    calls_on        date,
    constraint one_key_per_service primary key (teacher_id, provider),
    constraint last4_is_short      check (length(last4) <= 4),
    constraint calls_per_day_positive check (calls_per_day >= 1)
);

create table assay.ai_models (
    provider   assay.provider not null,
    model      text not null,
    rank       integer not null,
    retires_on date,
    enabled    boolean not null default true,
    reasoning_tokens integer not null default 0,
    parameters jsonb not null default '{}',
    constraint one_row_per_model       primary key (provider, model),
    constraint reasoning_tokens_not_negative check (reasoning_tokens >= 0),
    constraint parameters_are_an_object check (jsonb_typeof(parameters) = 'object')
);

create table assay.ai_attempts (
    id           uuid primary key default uuidv7(),
    job_id       uuid not null,
    teacher_id   uuid not null references assay.teachers,
    assignment_id uuid,
    provider     assay.provider not null,
    model        text not null,
    outcome      text not null,
    milliseconds integer not null,
    tokens_in    integer,
    tokens_out   integer,
    request_id   text,
    created_at   timestamptz not null default now(),
    constraint milliseconds_not_negative check (milliseconds >= 0)
);
create index ai_attempts_of_job     on assay.ai_attempts (job_id);
create index ai_attempts_of_teacher on assay.ai_attempts (teacher_id, created_at);

comment on table assay.api_keys is 'The AI keys that teachers brought, encrypted by the application (Fernet, ASSAY_SECRET_KEYS).';
comment on column assay.api_keys.teacher_id is 'Whose key it is.';
comment on column assay.api_keys.provider   is 'openai or anthropic.';
comment on column assay.api_keys.created_at is 'When this key was stored; a replaced key starts anew.';
comment on column assay.api_keys.sealed          is 'The encrypted key, bound to its teacher and service: copied to another row it does not open.';
comment on column assay.api_keys.last4           is 'The last four characters, so that people can tell keys apart.';
comment on column assay.api_keys.last_ok_at      is 'When the service last answered with this key, to the minute.';
comment on column assay.api_keys.last_refused_at is 'When the service last refused this key. For an hour it is asked last; an answer, or another key, clears the mark.';
comment on column assay.api_keys.last_limited_at is 'When the service last said that there were too many calls (429).';
comment on column assay.api_keys.backoff_until   is 'Until when its service asked to wait (Retry-After, at most a minute). A teacher''s jobs stay in the queue while that is so of every key.';
comment on column assay.api_keys.calls_at_once   is 'How many calls may be in flight with it over all workers: more while the service answers, half after a 429. Null: AI_CALLS_PER_KEY, which is also the least.';
comment on column assay.api_keys.calls_per_day   is 'The teacher''s ceiling of calls a day (UTC) with this key; null: none. Jobs stay in the queue while every key has reached its own.';
comment on column assay.api_keys.calls_today     is 'How many calls were made on calls_on; counted before each call, and only while there is a ceiling.';
comment on column assay.api_keys.calls_on        is 'The day (UTC) of calls_today; null: never counted.';
comment on table assay.ai_models is 'The models that may be asked, by service and rank; a new model is an insert.';
comment on column assay.ai_models.enabled is 'False: not asked, but kept.';
comment on column assay.ai_models.provider   is 'openai or anthropic.';
comment on column assay.ai_models.model      is 'The id that the service knows it by.';
comment on column assay.ai_models.rank       is 'Smaller is asked first, within its service.';
comment on column assay.ai_models.retires_on is 'First day on which it is not called any more; null: none announced.';
comment on column assay.ai_models.reasoning_tokens is 'Output tokens that it may spend before it answers, on top of what the call allows; 0 for a model that does not reason first.';
comment on column assay.ai_models.parameters is 'The request parameters that this model takes, as its service names them, but the output limit, which is the call''s; the value "$schema" stands for the JSON schema of the answer that is wanted.';
comment on table assay.ai_attempts is 'Every call of an AI service, failed ones too: they are billed. No text, no key.';
comment on column assay.ai_attempts.id            is 'The attempt; later ones are greater.';
comment on column assay.ai_attempts.job_id        is 'The job it was made for. Not a foreign key: the row outlives the job.';
comment on column assay.ai_attempts.teacher_id    is 'Whose key was used.';
comment on column assay.ai_attempts.assignment_id is 'What for; null: the template of an assignment that did not exist yet.';
comment on column assay.ai_attempts.provider      is 'openai or anthropic.';
comment on column assay.ai_attempts.model         is 'The model that was asked.';
comment on column assay.ai_attempts.tokens_in     is 'Tokens sent, as the service counts them; null: it did not say.';
comment on column assay.ai_attempts.tokens_out    is 'Tokens received, as the service counts them; null: it did not say.';
comment on column assay.ai_attempts.created_at    is 'When the attempt was stored.';
comment on column assay.ai_attempts.outcome      is 'ok, or why not: authentication, quota, rate, model_gone, refused, down, bad_response, bad_answer.';
comment on column assay.ai_attempts.milliseconds is 'From the request to its answer or failure.';
comment on column assay.ai_attempts.request_id   is 'The service''s own id of the request, for its support.';

-- Sources: end dates from the services' own SDKs (openai types/shared/chat_model.py, anthropic DEPRECATED_MODELS),
-- read on 2026-11-20. Reasoning models take no temperature; Claude takes none at all since API version 2026-10-21.
-- "$schema" stands for the JSON schema of the answer that the call wants; 3.7 takes none.
insert into assay.ai_models (provider, model, rank, retires_on, parameters) values
    ('openai', 'gpt-4o', 10, '2027-01-14',
     '{"temperature": 0, "store": false,
       "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": "$schema"}}}'),
    ('openai', 'gpt-6-luna', 20, null,
     '{"reasoning_effort": "none", "store": false,
       "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": "$schema"}}}'),
    ('anthropic', 'claude-3-7-sonnet-20250219', 10, '2026-02-19',
     '{}'),
    ('anthropic', 'claude-sonnet-4-6', 20, null,
     '{"output_config": {"format": {"type": "json_schema", "schema": "$schema"}}}');

-- No start warns of a model that was retired before the database was made.
update assay.ai_models set enabled = false where retires_on <= current_date;
