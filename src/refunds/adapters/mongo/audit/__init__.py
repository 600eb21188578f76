"""Reads the audit log in MongoDB, and reads what verification needs."""
