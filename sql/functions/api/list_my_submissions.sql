-- What this student handed in and got graded, newest first.
create function api.list_my_submissions(token_digest bytea, after uuid, most integer)
    returns setof api.my_submissions
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me   assay.students := assay.student(token_digest);
    page uuid[] := array(select x.id
                           from assay.submissions x
                          where x.student_id = me.id
                            and x.id < assay.page_start(list_my_submissions.after)
                          order by x.id desc
                          limit list_my_submissions.most);
begin
    return query
    select s.*
      from api.my_submissions s
     where s.id = any (page)
     order by s.id desc;
end
$$;

comment on function api.list_my_submissions(bytea, uuid, integer) is
    'The calling student''s graded submissions, texts and quizzes, after the given one, newest first: score and feedback where the result is not held, the comment where it is revealed, never the text.';
