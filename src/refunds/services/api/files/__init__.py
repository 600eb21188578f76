"""Refunds by file: CSV and NDJSON."""
