-- Registered students; newest first, or by name.
create function api.list_students(
    token_digest bytea, search text, class_id uuid, after uuid, most integer, sort text default null, after_name text default null)
    returns setof api.students
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    part    text := replace(replace(replace(assay.nfc(list_students.search), '\', '\\'), '%', '\%'), '_', '\_');
    -- One or two letters are in nearly every name, and no index knows them: they are what a word begins with.
    pattern text := case when length(assay.nfc(list_students.search)) < 3 then part || '%' else '%' || part || '%' end;
    word    text := case when length(assay.nfc(list_students.search)) < 3 then '% ' || part || '%' else pattern end;
    ids     uuid[];
begin
    perform assay.teacher(token_digest);
    if list_students.sort is not null then
        ids := assay.find_students(list_students.class_id, pattern, word, list_students.after, list_students.after_name, list_students.most);
        return query
        select s.*
          from api.students s
         where s.id = any (ids)
         order by array_position(ids, s.id);
    -- One statement per index.
    elsif list_students.class_id is not null then
        return query
        select s.*
          from assay.enrolments e
          join api.students s on s.id = e.student_id
         where e.class_id = list_students.class_id
           and e.student_id < assay.page_start(list_students.after)
           and (pattern is null or s.name ilike pattern or s.name ilike word or s.email ilike pattern)
         order by e.student_id desc
         limit list_students.most;
    elsif pattern is not null then
        return query
        select s.*
          from api.students s
         where (s.name ilike pattern or s.name ilike word or s.email ilike pattern)
           and s.id < assay.page_start(list_students.after)
         order by s.id desc
         limit list_students.most;
    else
        return query
        select s.*
          from api.students s
         where s.id < assay.page_start(list_students.after)
         order by s.id desc
         limit list_students.most;
    end if;
end
$$;

comment on function api.list_students(bytea, text, uuid, uuid, integer, text, text) is
    'Verified students whose name or address contains the search text (of one or two characters: whose address or a word of whose name begins with it), and who are in the class if one is given, after the given one, newest first; sorted by name: after the given one and name.';
