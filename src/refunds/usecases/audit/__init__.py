"""Contains the use case that anchors the chains of the audit log."""
