"""Reads and writes the version of the stored data, and migrates the data to this release's version."""
