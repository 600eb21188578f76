"""One run's processes, callers and faults, from its beginning to its end."""
