"""The audit log on MongoDB, and reads for verification."""
