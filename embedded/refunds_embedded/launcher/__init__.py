"""Starts and supervises all processes of an instance on one machine."""
