-- Which prompts are in use.
create function worker.note_prompts(calls text[], versions text[])
    returns void
    language sql volatile security definer
    set search_path = ''
begin atomic
    insert into assay.prompts as p (call, version)
    select n.call, n.version from unnest(calls, versions) as n (call, version) order by n.call
        on conflict (call) do update set version = excluded.version, noted_at = now() where p.version <> excluded.version;
end;

comment on function worker.note_prompts(text[], text[]) is
    'Notes which version of each call''s prompt is in use. Workers of one database are expected to have the same files: the last one that reads an edited file stands.';
