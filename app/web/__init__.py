"""HTTP: a table of routes, the few ways in which a request is answered, and the middleware that all of them share."""
