-- After the deadline: what students saved is handed in for those who did not.
create function worker.collect_answers(most integer default 200)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    closed    uuid;  -- one assignment at a time
    students  uuid[];
    mine      record;
    collected integer := 0;
begin
    perform assay.set_actor('ai');
    perform assay.set_audit_reason('collected at the deadline');
    select a.id, d.students into closed, students
      from assay.assignments a
     cross join lateral (select array_agg(c.student_id) as students
                           from (select x.student_id from assay.answers_to_collect(a.id) x
                                  where x.retry_at <= now() order by x.student_id limit most) c) d
     where a.takes = 'answers' and a.collect and a.published_at is not null and a.deleted_at is null
       and (a.collected_at is null or a.collected_at < a.deadline)
       and a.deadline <= now()
       and d.students is not null
     order by a.deadline
     limit 1;

    if closed is null then
        -- A save that was on time may be committed a little later: an assignment is looked at for a minute at least.
        update assay.assignments a
           set collected_at = now()
         where a.id in (select x.id
                          from assay.assignments x
                         where x.takes = 'answers' and x.collect and x.published_at is not null and x.deleted_at is null
                           and (x.collected_at is null or x.collected_at < x.deadline)
                           and x.deadline < now() - interval '1 minute'
                           and not exists (select from assay.answers_to_collect(x.id))
                         order by x.id
                           for no key update skip locked);
        return 0;
    end if;

    -- In the order of every writer of several rows. Students that another worker collects, or who act themselves just now,
    -- are left out; after the locks what is due is looked at again.
    students := array(select s.id from assay.students s where s.id = any (students) order by s.id for no key update skip locked);
    perform from assay.assignments a where a.id = closed for share;
    for mine in
        select c.student_id, c.saved_at
          from assay.answers_to_collect(closed) c
         where c.student_id = any (students)
           and c.retry_at <= now()
         order by c.student_id
    loop
        if assay.hand_in_at_once(mine.student_id, closed, mine.saved_at) is null then
            insert into assay.pending_submissions (student_id, assignment_id, content, submitted_at, collected_at)
            values (mine.student_id, closed, assay.text_of_answers(mine.student_id, closed), mine.saved_at, now());
        end if;
        collected := collected + 1;
    end loop;
    return collected;
end
$$;

comment on function worker.collect_answers(integer) is
    'Hands in what was saved for one assignment whose deadline has passed (collect), as of each student''s last save, for at most so many students who did not; what an AI has to mark becomes a job. Answers for how many; at 0 there is nothing left to do now, and assignments of which nobody is left are not looked at again. Any worker may call it at any time.';
