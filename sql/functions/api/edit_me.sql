-- Somebody is called otherwise.
create function api.edit_me(token_digest bytea, new_name text, if_match text[] default null)
    returns table (id uuid, name text, email text, role text, total_gold_coins bigint)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    mine assay.sessions := assay.caller(token_digest);
begin
    perform assay.set_caller(mine);
    if if_match is not null then
        perform from assay.students s where s.id = mine.student_id for no key update;
        perform from assay.teachers t where t.id = mine.teacher_id for no key update;
        perform assay.require_match(if_match, (select json_strip_nulls(to_json(m))::text from assay.account_of(mine.student_id, mine.teacher_id) as m));
    end if;
    update assay.students s set name = assay.nfc(edit_me.new_name) where s.id = mine.student_id;
    update assay.teachers t set name = assay.nfc(edit_me.new_name) where t.id = mine.teacher_id;
    return query
    select m.id, m.name, m.email, m.role, m.total_gold_coins
      from assay.account_of(mine.student_id, mine.teacher_id) as m;
end
$$;

comment on function api.edit_me(bytea, text, text[]) is
    'Gives the student or teacher who calls another name, and answers as api.read_me does; 401 when nobody, 412 precondition_failed when what that answers now is none of if_match (null: as it may be).';
