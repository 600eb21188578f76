"""The processes, callers and faults of one simulation, from its beginning to its end."""
