"""What processes use, read from /proc; what a run found, in one shape for table, JSON and compare."""
