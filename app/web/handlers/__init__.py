"""What answers a request, one file a kind."""
