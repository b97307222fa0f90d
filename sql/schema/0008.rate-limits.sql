-- How often each kind of request may be made; read by every API process, changed by teachers or by hand.
create table assay.rate_limits (
    scope      text primary key,
    rule       text not null,
    updated_at timestamptz not null default now(),
    constraint scope_known    check (scope in ('auth', 'read', 'write', 'ai', 'attempts')),
    constraint limit_is_simple check (scope <> 'attempts' or rule ~ '^[^;]*$'),
    constraint limit_readable check (rule ~ '^\s*[1-9][0-9]{0,8}\s*(/|per)\s*([1-9][0-9]{0,3}\s*)?(second|minute|hour|day|month|year)s?\s*(;\s*[1-9][0-9]{0,8}\s*(/|per)\s*([1-9][0-9]{0,3}\s*)?(second|minute|hour|day|month|year)s?\s*)*$')
);

comment on table assay.rate_limits is 'One row per scope of requests. A change is in force within a second in every process.';
comment on column assay.rate_limits.scope is 'read, write, ai (counted by person), auth (by client address and account), each also by client address; attempts (of a student: answers checked and quizzes handed in, counted in their tables).';
comment on column assay.rate_limits.rule  is 'In the notation of the Python library limits: 30/minute, or 5/second; 100/hour.';

insert into assay.rate_limits (scope, rule) values
    ('auth',  '300/minute'),
    ('read',  '3000/minute'),
    ('write', '600/minute'),
    ('ai',    '300/minute'),
    ('attempts', '100/hour');
