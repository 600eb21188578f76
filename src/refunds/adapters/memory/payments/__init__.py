"""Stores payments and the records of bulk files in the simulated database, and scans all payments."""
