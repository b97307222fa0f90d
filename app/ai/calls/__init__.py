"""One file a call: what goes into it, the schema of its answer, and the reader of what comes back."""
