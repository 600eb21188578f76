"""Anchoring of the audit log's chains."""
