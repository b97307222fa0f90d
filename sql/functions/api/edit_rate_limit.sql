-- A teacher changes how often a kind of request may be made.
create function api.edit_rate_limit(token_digest bytea, scope text, rule text)
    returns assay.rate_limits
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me      assay.teachers := assay.teacher(token_digest);
    changed assay.rate_limits;
begin
    perform assay.set_actor('teacher', me.id);
    update assay.rate_limits r
       set rule = edit_rate_limit.rule, updated_at = now()
     where r.scope = edit_rate_limit.scope
    returning r.* into changed;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return changed;
end
$$;

comment on function api.edit_rate_limit(bytea, text, text) is
    'Changes the limit of a scope, in force within a second in every process; 404 not_found, 422 limit_readable or limit_is_fair.';
