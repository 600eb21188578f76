"""Prints the goals, tables and JSON of a report, and the ratios of two reports."""
