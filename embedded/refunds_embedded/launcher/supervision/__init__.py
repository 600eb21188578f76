"""Child processes: plan, start, restart, stop."""
