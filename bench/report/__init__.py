"""Everything that is printed: goals, tables, JSON, and ratios of two reports."""
