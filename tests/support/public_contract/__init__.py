"""Compares two versions of the public contract: what breaks a caller. Its command is `scripts/contract-diff`."""
