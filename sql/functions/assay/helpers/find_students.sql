-- Registered students by name: all, those who may fit a search, those of a class.
create or replace function assay.find_students(
    class_id uuid, pattern text, word text, after uuid, after_name text, most integer)
    returns uuid[]
    language plpgsql stable
    set search_path = ''
as $$
declare
    wanted text := concat_ws(' and ',
        'true',
        case when find_students.class_id is not null then
            's.id in (select e.student_id from assay.enrolments e where e.class_id = $1)' end,
        case when find_students.pattern is not null then
            '(s.name ilike $2 or s.name ilike $3 or s.email ilike $2)' end,
        case when find_students.after is not null then
            '(assay.name_key(s.name), s.id) > (assay.name_key($5), $4)' end);
    ids    uuid[];
begin
    -- Put together for each request: where nothing is asked for, the index of names is read and nothing is sorted.
    execute format('select array(select s.id from assay.students s where %s order by assay.name_key(s.name), s.id limit $6)', wanted)
       into ids
      using find_students.class_id, find_students.pattern, find_students.word, find_students.after, find_students.after_name,
            find_students.most;
    return ids;
end
$$;

comment on function assay.find_students(uuid, text, text, uuid, text, integer) is
    'Students by name (assay.name_key), in a class and with a name or address like the pattern or the word where these are given, after the given student and name.';
