"""What a run prints: goals, tables, JSON, and ratios of two runs."""
