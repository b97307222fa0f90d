"""`assay demo`: the main job end to end through the real HTTP API, told as it happens, each step checked."""
