"""Adapters that need no server, for an instance that runs in one process."""
