"""The audit log on MongoDB, and the reads of verification."""
