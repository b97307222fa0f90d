-- Which assignments a teacher looks for.
create or replace function assay.find_assignments(
    reader_id uuid, teacher_id uuid, class_id uuid, state text, sort text, after uuid, after_key bigint, most integer)
    returns uuid[]
    language plpgsql stable
    set search_path = ''
as $$
declare
    -- Drafts are seen by their own teacher alone.
    owner  uuid := case when find_assignments.state = 'draft' then coalesce(find_assignments.teacher_id, find_assignments.reader_id)
                        else find_assignments.teacher_id end;
    wanted text := concat_ws(' and ',
        'a.deleted_at is null and (a.correction_template is not null or a.takes = ''answers'')',
        '(a.published_at is not null or a.teacher_id = $1)',
        case when owner is not null then 'a.teacher_id = $2' end,
        case when find_assignments.class_id is not null then 'a.class_id = $3' end,
        case find_assignments.state
            when 'draft'  then 'a.published_at is null'
            when 'open'   then 'a.published_at is not null and a.deadline > now()'
            when 'closed' then 'a.published_at is not null and a.deadline <= now()' end,
        case when find_assignments.after is not null then
            case find_assignments.sort
                when 'deadline'  then '(a.deadline, a.id) > ($5, $4)'
                when '-deadline' then '(a.deadline, a.id) < ($5, $4)'
                else 'a.id < $4' end end);
    places text := case find_assignments.sort
        when 'deadline'  then 'a.deadline, a.id'
        when '-deadline' then 'a.deadline desc, a.id desc'
        else 'a.id desc' end;
    ids    uuid[];
begin
    -- Put together for each request: the plan for one teacher's drafts is a bad one for everybody's open assignments.
    execute format('select array(select a.id from assay.assignments a where %s order by %s limit $6)', wanted, places)
       into ids
      using find_assignments.reader_id, owner, find_assignments.class_id, find_assignments.after,
            assay.moment(find_assignments.after_key), find_assignments.most;
    return ids;
end
$$;

comment on function assay.find_assignments(uuid, uuid, uuid, text, text, uuid, bigint, integer) is
    'Assignments that this teacher may read: of all teachers or of one, for one class, in a state (draft, open, closed), newest first or by deadline or -deadline, after the given id (and its deadline, in microseconds since 1970).';
