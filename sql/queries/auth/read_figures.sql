-- GET /metrics: what the database knows of the service, as numbers.
select f.name, f.labels, f.value
  from api.read_figures() as f;
