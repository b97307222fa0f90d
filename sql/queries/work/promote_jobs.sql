-- Jobs whose waiting is over go to the line; answers where in it to begin to look.
select work.promote_jobs() as since;
