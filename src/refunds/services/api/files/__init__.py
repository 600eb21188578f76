"""Creates refunds from CSV and NDJSON files."""
