-- Registered students; newest first, or by name.
create function api.list_students(
    token_digest bytea, search text, class_id uuid, after uuid, most integer, sort text default null, after_name text default null)
    returns table (id uuid, name text, email text, total_gold_coins bigint, hidden text, class_ids uuid[], created_at timestamptz)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me      assay.teachers := assay.teacher(token_digest);
    part    text := replace(replace(replace(assay.nfc(list_students.search), E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_');
    -- One or two letters are in nearly every name, and no index knows them: they are what a word begins with.
    pattern text := case when length(assay.nfc(list_students.search)) < 3 then part || '%' else '%' || part || '%' end;
    word    text := case when length(assay.nfc(list_students.search)) < 3 then '% ' || part || '%' else pattern end;
    ids     uuid[];
begin
    if list_students.sort is not null then
        ids := assay.find_students(list_students.class_id, pattern, word, list_students.after, list_students.after_name, list_students.most);
    -- One statement per index.
    elsif list_students.class_id is not null then
        ids := array(
            select s.id
              from assay.enrolments e
              join assay.students s on s.id = e.student_id
             where e.class_id = list_students.class_id
               and e.student_id < assay.page_start(list_students.after)
               and (pattern is null or s.name ilike pattern or s.name ilike word or s.email ilike pattern)
             order by e.student_id desc
             limit list_students.most);
    elsif pattern is not null then
        -- Planned for each search: for a rare pattern the trigram indexes, for a common one the newest students.
        execute 'select array(
            select s.id
              from assay.students s
             where (s.name ilike $1 or s.name ilike $2 or s.email ilike $1)
               and s.id < assay.page_start($3)
             order by s.id desc
             limit $4)' into ids using pattern, word, list_students.after, list_students.most;
    else
        ids := array(
            select s.id
              from assay.students s
             where s.id < assay.page_start(list_students.after)
             order by s.id desc
             limit list_students.most);
    end if;
    return query select s.* from assay.students_seen_by(me.id, ids) s;
end
$$;

comment on function api.list_students(bytea, text, uuid, uuid, integer, text, text) is
    'Verified students whose name or address contains the search text (of one or two characters: whose address or a word of whose name begins with it), and who are in the class if one is given, after the given one, newest first; sorted by name: after the given one and name; as assay.students_seen_by shows them to this teacher.';
