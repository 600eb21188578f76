"""Runs services in one process, with their settings, parts, loops, health and logs."""
