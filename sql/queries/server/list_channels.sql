-- What this connection listens to.
select array(select pg_listening_channels()) as channels;
